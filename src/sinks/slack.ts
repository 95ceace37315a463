import { defineSink, type Notice } from '../sink.ts';
import { clip } from '../words.ts';
import { jsonRequest } from './shared/json.ts';
import { factsOf, headlineOf } from './shared/wording.ts';

/** What Slack takes at most: letters of a header and of a section. */
const HEADER_MAX = 150;
const SECTION_MAX = 3000;
/** Slack takes 2000, which nobody reads beside others. */
const FIELD_MAX = 200;

export default defineSink({
  type: 'slack',
  summary: 'An incoming webhook of Slack.',

  request(notice, settings) {
    const message = {
      // What notifications and screen readers have.
      text: escapeText(headlineOf(notice)),
      blocks: blocksOf(notice),
    };
    return jsonRequest(message, settings);
  },
});

function blocksOf(notice: Notice): object[] {
  const problems = notice.problems.map((problem) => `• ${problem}`).join('\n');
  return [
    { type: 'header', text: plainText(headlineOf(notice), HEADER_MAX) },
    { type: 'section', text: plainText(problems, SECTION_MAX) },
    ...(notice.details ? [{ type: 'section', text: plainText(notice.details, SECTION_MAX) }] : []),
    {
      type: 'section',
      fields: factsOf(notice).map(({ label, value }) => ({
        type: 'mrkdwn',
        text: `*${label}*\n${escapeText(clip(value, FIELD_MAX))}`,
      })),
    },
  ];
}

/** Slack reads no markup in it. */
function plainText(text: string, max: number): object {
  return { type: 'plain_text', text: clip(text, max), emoji: false };
}

/** Data, where Slack would read mentions and links. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
