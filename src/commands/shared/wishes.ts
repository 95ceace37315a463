import type { Call, Option, Services } from '../../command.ts';
import { languageOf } from '../../explanation/language.ts';
import type { Wishes } from '../../threads.ts';

/** The options by which people say how they want to be answered. */
export const WISHES: readonly Option[] = [
  {
    name: 'backend',
    short: 'b',
    value: 'name',
    summary: 'Another model than the default one; builtin for none. See: auth list',
  },
  { name: 'language', value: 'name', summary: 'The language of the answers, such as German or de.' },
  { name: 'anonymize', summary: 'Replaces names, addresses and labels before anything is sent to a model.' },
  { name: 'no-cache', short: 'c', summary: 'Asks the model anew, and keeps nothing of its answer.' },
];

/** What the options wish for. Throws `UserError` for a backend that is not configured, and a language that is none. */
export function wishesOf(options: Call['options'], { models }: Pick<Services, 'models'>): Wishes {
  const { backend, language } = options;
  const wanted = typeof backend === 'string' ? backend : undefined;
  models.expect(wanted);
  return {
    ...(wanted && { backend: wanted }),
    ...(typeof language === 'string' && { language: languageOf(language) }),
    ...(options.anonymize === true && { anonymize: true }),
    ...(options['no-cache'] === true && { noCache: true }),
  };
}

/** Whether a model is asked at all. */
export function wantsModel({ backend }: Wishes, { models }: Pick<Services, 'models'>): boolean {
  return backend !== 'builtin' && models.list().length > 0;
}
