/** Something that shows a claim to be true, under the name that claims cite it by. */
export interface Exhibit {
  /** `E1`; unique in its thread. */
  id: string;
  /** What it is: `Pod shop/cart-1 status.phase`, `Logs of Pod shop/cart-1`. */
  title: string;
  /** What it says, credentials masked. */
  text: string;
  /** RFC 3339; absent where it has no time of its own. */
  at?: string;
  /** The kubectl command that shows the same. */
  command?: string;
}
