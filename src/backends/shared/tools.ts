import type { Tool } from '../../backend.ts';

/** The schema of a tool's arguments, as SDKs take it: theirs to change. */
export function schemaOf({ parameters }: Tool): {
  type: 'object';
  properties: Record<string, unknown>;
  required?: string[];
} {
  const { required, ...schema } = parameters;
  return { ...schema, ...(required?.length && { required: [...required] }) };
}
