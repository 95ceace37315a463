import { type ComponentChildren, h } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { Action } from '../../../message.ts';
import { DoingContext } from './doing.ts';
import { Icon } from './icons.ts';
import { harmless, Link } from './inline.ts';

export function Actions({ actions }: { actions: Action[] }): ComponentChildren {
  return h('div', { class: 'actions' }, ...actions.map((action, index) => h(Button, { key: index, action })));
}

function Button({ action }: { action: Action }): ComponentChildren {
  const doing = useContext(DoingContext);
  const [isBusy, setBusy] = useState(false);
  const look = `button ${action.style ?? ''}`;
  const label = harmless(action.label);
  if ('url' in action) return h(Link, { to: action.url, class: look }, label, h(Icon, { name: 'link' }));

  const act = async () => {
    if (isBusy) return;
    setBusy(true);
    await ('run' in action ? doing.run(action.run) : doing.openForm(action.form, action.values ?? {}));
    setBusy(false);
  };
  return h('button', { class: look, type: 'button', 'aria-busy': isBusy, onClick: act }, label);
}

/** Thumbs under an answer. What was chosen stays marked until the page is loaded again. */
export function Feedback({ good, bad }: { good: string; bad: string }): ComponentChildren {
  const doing = useContext(DoingContext);
  const [chosen, setChosen] = useState<string>();
  const thumb = (line: string, label: string, icon: 'up' | 'low') =>
    h(
      'button',
      {
        class: 'quiet thumb',
        type: 'button',
        title: label,
        'aria-label': label,
        'aria-pressed': chosen === line,
        onClick() {
          setChosen(line);
          void doing.run(line);
        },
      },
      h(Icon, { name: icon }),
    );
  return h(
    'div',
    { class: 'feedback' },
    h('span', null, chosen ? 'Thank you' : 'Was this helpful?'),
    thumb(good, 'Helpful', 'up'),
    thumb(bad, 'Not helpful', 'low'),
  );
}
