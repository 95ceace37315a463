/** Mattermost's limits, each with where it is stated. Lengths are in letters (UTF-16 units), which are never fewer than its runes. */
export const LIMITS = {
  /** https://developers.mattermost.com/api-documentation (posts); a server may tell another one as `MaxPostSize`. */
  message: 16_383,
  /**
   * Of all attachments of a post, as JSON. The server takes 800,000 (`PostPropsMaxRunes` in model/post.go); a page of so
   * much can still be read, and costs a phone little.
   */
  attachments: 24_000,
  /** Not stated anywhere; clients show all, one below the other. */
  attachmentsEach: 20,
  /** The web client folds what is higher than some screens; so many buttons fit into a row or two. */
  actions: 20,
  /** The server takes five files a post before version 7, ten after it (`MaxFileCount`, app/file.go). */
  files: 5,
  /** https://developers.mattermost.com/integrate/plugins/interactive-dialogs */
  dialogTitle: 24,
  dialogLabel: 24,
  dialogName: 300,
  dialogHelp: 150,
  dialogPlaceholder: 150,
  dialogText: 150,
  dialogTextarea: 3000,
  /** Of what a form remembers; not stated, it goes to the client and back. */
  dialogValues: 3000,
  /** https://developers.mattermost.com/integrate/slash-commands/custom: answers at a command's `response_url`. */
  responseUses: 5,
  responseMs: 30 * 60_000,
  /** Three edits a second are no load for a server of one's own; faster than that nobody reads. */
  updateEveryMs: 500,
} as const;
