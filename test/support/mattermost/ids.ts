import { randomBytes } from 'node:crypto';

const LETTERS = 'ybndrfg8ejkmcpqxot1uwisza345h769';

/** As the server's `model.NewId`: 26 letters of z-base-32. */
export function newId(): string {
  return Array.from(randomBytes(26), (byte) => LETTERS[byte & 31]).join('');
}

export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9]{26}$/.test(value);
}
