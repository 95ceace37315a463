/** What the server says to a person, from its i18n/en.json; where it has no words, it says the id. */
const WORDS: Record<string, string> = {
  'api.context.404.app_error': 'Sorry, we could not find the page.',
  'api.context.invalid_body_param.app_error': 'Invalid or missing {{.Name}} in request body.',
  'api.context.invalid_url_param.app_error': 'Invalid or missing {{.Name}} parameter in request URL.',
  'api.context.permissions.app_error': 'You do not have the appropriate permissions.',
  'api.context.session_expired.app_error': 'Invalid or expired session, please login again.',
  'api.post.create_post.can_not_post_to_deleted.error': 'Can not post to deleted channel.',
  'model.post.is_valid.msg.app_error': 'Invalid message.',
};

/** An answer that says no: the status, and the id that a client can tell the reason by. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly id: string;
  readonly detail: string;

  constructor(status: number, id: string, detail = '', words = WORDS[id] ?? id) {
    super(words);
    this.status = status;
    this.id = id;
    this.detail = detail;
  }
}

export function forbidden(permission: string): Refusal {
  return new Refusal(403, 'api.context.permissions.app_error', `permission=${permission},`);
}

export function badBody(name: string, detail = ''): Refusal {
  const id = 'api.context.invalid_body_param.app_error';
  return new Refusal(400, id, detail, WORDS[id]?.replace('{{.Name}}', name));
}

export function badUrl(name: string): Refusal {
  const id = 'api.context.invalid_url_param.app_error';
  return new Refusal(400, id, '', WORDS[id]?.replace('{{.Name}}', name));
}
