import { defineSink } from '../sink.ts';
import { clip } from '../words.ts';
import { jsonRequest } from './shared/json.ts';
import { colorOf, factsOf, headlineOf } from './shared/wording.ts';

/** Far below what Mattermost takes, and as much as a person reads. */
const TEXT_MAX = 8000;

export default defineSink({
  type: 'mattermost',
  summary: 'An incoming webhook of Mattermost.',

  request(notice, settings) {
    const { channel, username, iconUrl } = settings;
    const problems = notice.problems.map((problem, index) => `${index + 1}. ${escapeText(problem)}`).join('\n');
    const details = notice.details ? `\n\n${unmentioned(notice.details)}` : '';
    const message = {
      text: `**${escapeText(headlineOf(notice))}**`,
      ...(channel && { channel }),
      ...(username && { username }),
      ...(iconUrl && { icon_url: iconUrl }),
      attachments: [
        {
          fallback: unmentioned(headlineOf(notice)),
          color: colorOf(notice),
          text: clip(`${problems}${details}`, TEXT_MAX),
          fields: factsOf(notice).map(({ label, value }) => ({ title: label, value: escapeText(value), short: true })),
        },
      ],
    };
    return jsonRequest(message, settings);
  },
});

/** Data, letter by letter, where Mattermost would read Markdown, mentions and links to channels. */
function escapeText(text: string): string {
  return unmentioned(text.replace(/[\\`*_{}[\]()#+\-!|~<>:]/g, (letter) => `\\${letter}`).replaceAll('\n', ' '));
}

/** The letter after an @ makes the mention; an invisible one is nobody's name. */
function unmentioned(text: string): string {
  return text.replace(/@(?=\w)/g, '@\u200b');
}
