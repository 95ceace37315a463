/** Shortens a text to so many UTF-16 units, shows that it did, and tears no pair of surrogates apart. */
export function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join('');
}

/** A kind for several objects: `Pods`, `Ingresses`, `NetworkPolicies`, `Endpoints`. */
export function pluralOf(kind: string): string {
  if (/(Endpoints|Metrics)$/.test(kind)) return kind;
  if (/(s|x|ch)$/.test(kind)) return `${kind}es`;
  return /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}
