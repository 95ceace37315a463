/** Slack's limits, each with the page that states it. Lengths are in letters (UTF-16 units) unless they say bytes. */
export const LIMITS = {
  /** https://docs.slack.dev/reference/block-kit/blocks */
  blocks: 50,
  /**
   * All blocks of a message as JSON, in bytes. Not documented; chat.postMessage answers `msg_blocks_too_long` beyond
   * about 13,200: https://github.com/slackapi/bolt-js/issues/2509 and 2867.
   */
  messageBytes: 13_200,
  /** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
  textObject: 3000,
  /** https://docs.slack.dev/reference/block-kit/blocks/header-block */
  header: 150,
  /** https://docs.slack.dev/reference/block-kit/blocks/image-block */
  altText: 2000,
  imageTitle: 2000,
  /** https://docs.slack.dev/reference/block-kit/blocks/table-block: one table a message, of any kind; its cells together. */
  tables: 1,
  tableColumns: 20,
  tableText: 10_000,
  /** https://docs.slack.dev/reference/block-kit/blocks/data-table-block: the header is one more. */
  tableRows: 100,
  /** https://docs.slack.dev/reference/block-kit/blocks/plan-block and …/task-card-block; titles as in the streams' chunks. */
  tasks: 50,
  taskTitle: 256,
  /** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
  actions: 25,
  /** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
  buttonText: 75,
  buttonValue: 2000,
  buttonUrl: 3000,
  /** https://docs.slack.dev/reference/views/modal-views */
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3000,
  /** https://docs.slack.dev/reference/views/home-tab-views */
  homeBlocks: 100,
  /** https://docs.slack.dev/reference/block-kit/blocks/input-block */
  inputLabel: 2000,
  inputHint: 2000,
  /** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
  placeholder: 150,
  inputText: 3000,
  /** https://docs.slack.dev/reference/block-kit/composition-objects/option-object and …/option-group-object */
  options: 100,
  optionGroups: 100,
  optionText: 75,
  optionValue: 150,
  /** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
  responseUses: 5,
  responseMs: 30 * 60_000,
  /**
   * So long a message is streamed. Not documented; Slack ends a stream some five minutes after it began, and shows an error
   * on what it has ended: https://github.com/slackapi/node-slack-sdk/issues/2702 and python-slack-sdk/issues/1859.
   */
  streamMs: 240_000,
  /** https://docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, short bursts allowed. */
  updateEveryMs: 1000,
} as const;
