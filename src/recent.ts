/** Remembers so many values by key; the one used longest ago goes first. */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
}

export function createRecent<V>(max: number): Recent<V> {
  const values = new Map<string, V>();
  const recent: Recent<V> = {
    get(key) {
      const value = values.get(key);
      if (value !== undefined) recent.set(key, value);
      return value;
    },
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      if (values.size > max) values.delete(values.keys().next().value ?? '');
    },
    delete(key) {
      values.delete(key);
    },
  };
  return recent;
}
