/** A check of JSON that tells what is wrong and where, as Slack does: `must be … [json-pointer:/blocks/0/text]`. */
export type Check = (value: unknown, at: string, fail: (problem: string, at: string) => void) => void;

export function problemsOf(check: Check, value: unknown, at: string): string[] {
  const problems: string[] = [];
  check(value, at, (problem, where) => problems.push(`[ERROR] ${problem} [json-pointer:${where}]`));
  return problems;
}

export function string(min: number, max: number): Check {
  return (value, at, fail) => {
    if (typeof value !== 'string') fail('must be a string', at);
    else if (value.length < min) fail(`must be more than ${min - 1} characters`, at);
    else if (value.length > max) fail(`must be less than ${max + 1} characters`, at);
  };
}

export const boolean: Check = (value, at, fail) => {
  if (typeof value !== 'boolean') fail('must be a boolean', at);
};

export function number(min: number, max = Number.MAX_SAFE_INTEGER, whole = true): Check {
  return (value, at, fail) => {
    if (typeof value !== 'number' || (whole && !Number.isInteger(value))) fail('must be a number', at);
    else if (value < min || value > max) fail(`must be from ${min} to ${max}`, at);
  };
}

export function oneOf(...values: (string | number)[]): Check {
  return (value, at, fail) => {
    if (!values.some((one) => one === value)) fail(`must be one of ${values.join(', ')}`, at);
  };
}

export function matching(pattern: RegExp, what: string): Check {
  return (value, at, fail) => {
    if (typeof value !== 'string' || !pattern.test(value)) fail(`must be ${what}`, at);
  };
}

export function list(each: Check, min: number, max: number): Check {
  return (value, at, fail) => {
    if (!Array.isArray(value)) return fail('must be an array', at);
    if (value.length < min) fail(`no fewer than ${min} items allowed`, at);
    if (value.length > max) fail(`no more than ${max} items allowed`, at);
    for (const [index, item] of value.entries()) each(item, `${at}/${index}`, fail);
  };
}

/** An object with these members, some of which may be absent, and no others. */
export function object(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  return (value, at, fail) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail('must be an object', at);
    for (const name of Object.keys(required)) {
      if (!(name in value)) fail(`missing required field: ${name}`, at);
    }
    for (const [name, member] of Object.entries(value)) {
      const check = required[name] ?? optional[name];
      if (check) check(member, `${at}/${name}`, fail);
      else fail(`invalid additional property: ${name}`, at);
    }
  };
}

/** An object whose `type` says which of these it is. The checks are of its other members. */
export function byType(
  kinds: Record<string, { required: Record<string, Check>; optional?: Record<string, Check> }>,
): Check {
  return (value, at, fail) => {
    const type = (value as { type?: unknown } | null)?.type;
    const kind = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (kind) object({ type: oneOf(String(type)), ...kind.required }, kind.optional)(value, at, fail);
    else fail(`unsupported type: ${String(type)}`, `${at}/type`);
  };
}
