import { type ComponentChildren, h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Field, Form } from '../../../message.ts';
import type { FormAsked } from '../wire.ts';
import { Icon } from './icons.ts';
import { sendForm } from './server.ts';
import { createStore, useStore } from './store.ts';

interface Shown {
  form: Form;
  asked: FormAsked;
  /** Called when it was sent. */
  sent(): void;
}

const shown = createStore<Shown | undefined>(undefined);

export function showForm(form: Shown): void {
  shown.set(form);
}

/** The form that is open, if one is. */
export function OpenForm(): ComponentChildren {
  const open = useStore(shown);
  return open ? h(Dialog, { key: open.form.name, ...open }) : null;
}

function Dialog({ form, asked, sent }: Shown): ComponentChildren {
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);

  // A modal dialog makes all else inert, closes on Esc, and gives the focus back to the button that opened it.
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('.fields input, .fields select')?.focus();
  }, []);

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await sendForm({ ...asked, filled: filledIn(form, event.currentTarget as HTMLFormElement) });
      dialog.current?.close();
      sent();
    } catch (error) {
      setError(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return h(
    'dialog',
    {
      ref: dialog,
      class: 'dialog',
      'aria-labelledby': 'form-title',
      onClose: () => shown.set(undefined),
      onKeyDown: keepFocus,
    },
    h(
      'form',
      { onSubmit: send },
      h(
        'header',
        null,
        h('h2', { id: 'form-title' }, form.title),
        h(
          'button',
          { class: 'quiet', type: 'button', 'aria-label': 'Close', onClick: () => dialog.current?.close() },
          h(Icon, { name: 'close' }),
        ),
      ),
      h(
        'div',
        { class: 'fields' },
        ...form.fields.map((field) =>
          h(FieldInput, {
            key: field.name,
            field,
            value: asked.values[field.name] ?? field.value ?? '',
          }),
        ),
        error && h('p', { class: 'alert alert-error', role: 'alert' }, h(Icon, { name: 'error' }), error),
      ),
      h(
        'footer',
        null,
        h('button', { class: 'button', type: 'button', onClick: () => dialog.current?.close() }, 'Cancel'),
        h('button', { class: 'button primary', type: 'submit', 'aria-busy': isBusy }, form.submit),
      ),
    ),
  );
}

interface FieldProps {
  field: Field;
  value: string;
}

function FieldInput({ field, value }: FieldProps): ComponentChildren {
  const { name, label, hint, input } = field;
  const id = `field-${name}`;
  const described = hint ? `${id}-hint` : undefined;
  const help = hint && h('p', { class: 'hint', id: described }, hint);
  if (input.type === 'choice' && input.many) {
    const chosen = new Set(value.split(/[\s,]+/));
    return h(
      'fieldset',
      { 'aria-describedby': described },
      h('legend', null, label),
      help,
      h(
        'div',
        { class: 'choices' },
        ...input.choices.map((choice) =>
          h(
            'label',
            { key: choice },
            h('input', {
              type: 'checkbox',
              name,
              value: choice,
              defaultChecked: chosen.has(choice),
            }),
            h('span', null, choice),
          ),
        ),
      ),
    );
  }
  const same = { id, name, 'aria-describedby': described };
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    help,
    input.type === 'text'
      ? h('input', {
          ...same,
          type: 'text',
          defaultValue: value,
          placeholder: input.placeholder,
          autocomplete: 'off',
          spellcheck: false,
        })
      : h(
          'select',
          same,
          h('option', { value: '', selected: value === '' }, 'Any'),
          ...input.choices.map((choice) =>
            h('option', { key: choice, value: choice, selected: choice === value }, choice),
          ),
        ),
  );
}

/** The values by the fields' names; several choices parted by spaces. */
function filledIn(form: Form, element: HTMLFormElement): Record<string, string> {
  const data = new FormData(element);
  return Object.fromEntries(form.fields.map(({ name }) => [name, data.getAll(name).join(' ')]));
}

/** Tab goes round inside the dialog rather than out to the browser's own bars. */
function keepFocus(event: KeyboardEvent): void {
  if (event.key !== 'Tab') return;
  const dialog = event.currentTarget as HTMLElement;
  const stops = [...dialog.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href]')];
  const [first, last] = [stops[0], stops.at(-1)];
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first?.focus();
  }
}
