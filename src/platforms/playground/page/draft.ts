import { createStore } from './store.ts';

/** A command line that a click elsewhere puts into the channel's composer, to be completed there. */
export const draft = createStore<{ text: string } | undefined>(undefined);
