import { createContext } from 'preact';

/** What the buttons of a message do. */
export interface Doing {
  run(line: string): Promise<void>;
  openForm(form: string, values: Record<string, string>): Promise<void>;
}

/** Given by the message that a button stands in. */
export const DoingContext = createContext<Doing>({ run: async () => {}, openForm: async () => {} });
