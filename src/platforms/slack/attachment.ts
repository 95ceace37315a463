/** A file that goes into the thread of a message. */
export interface Attachment {
  name: string;
  title: string;
  content: string;
}

/** Attaches what a message cannot hold; returns the name that it got. */
export type Attach = (name: string, title: string, content: string) => string;
