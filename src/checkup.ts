/** What one look at the settings of a chat service found. */
export interface Finding {
  /** `note`: works, with something to know; or it could not be looked at. */
  state: 'good' | 'bad' | 'note';
  text: string;
  /** What to do about it, in one sentence; absent where there is nothing to do, or the text says it already. */
  cure?: string;
}

/** Looks whether a chat service is set up as it should be, and does nothing there that people see. */
export interface Checkup {
  readonly platform: string;
  /** Whether any of its settings are there; those that are wrong count as well. */
  isSet(): boolean;
  /** What is found, each as soon as it is known. It ends early where nothing further can be looked at. */
  run(): AsyncIterable<Finding>;
}

export function good(text: string): Finding {
  return { state: 'good', text };
}

export function bad(text: string, cure?: string): Finding {
  return { state: 'bad', text, ...(cure && { cure }) };
}

export function note(text: string, cure?: string): Finding {
  return { state: 'note', text, ...(cure && { cure }) };
}
