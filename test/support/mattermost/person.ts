import { type Api, createApi } from './api.ts';
import type { Action, Attachment } from './attachments.ts';
import { isId } from './ids.ts';
import type { Json } from './json.ts';
import { type Listener, listen } from './listener.ts';
import { read, type Sight } from './reader.ts';

/** A post as a client has it. */
export interface SeenPost {
  id: string;
  root_id: string;
  user_id: string;
  channel_id: string;
  message: string;
  type: string;
  create_at: number;
  update_at: number;
  edit_at: number;
  delete_at: number;
  props: Json & { attachments?: Attachment[] };
  file_ids?: string[];
  metadata: { files?: { id: string; name: string }[] };
}

/** A post as one sees it. */
export interface Seen extends Sight {
  id: string;
  /** The post that it answers. */
  thread?: string;
  user: string;
  edited: boolean;
  post: SeenPost;
}

interface Field {
  name: string;
  type: string;
  default: string;
  optional: boolean;
  min_length: number;
  max_length: number;
  options: { value: string }[] | null;
  /** Of server 11. */
  multiselect?: boolean;
}

export interface Dialog {
  url: string;
  trigger_id: string;
  dialog: {
    callback_id: string;
    title: string;
    introduction_text: string;
    state: string;
    submit_label: string;
    notify_on_cancel: boolean;
    elements: Field[];
  };
}

interface Where {
  channel?: string;
  thread?: string;
}

/**
 * Somebody at Mattermost's client. It does over REST and WebSocket alone what the client does, and so works with the
 * stand-in and with a server alike.
 */
export interface Person {
  id: string;
  name: string;
  api: Api;
  listener: Listener;
  say(text: string, where?: Where & { files?: Record<string, string> }): Promise<SeenPost>;
  edit(post: string, text: string): Promise<SeenPost>;
  remove(post: string): Promise<void>;
  /** Runs a command, such as `/k8sgpt help`; what the server answered. */
  command(line: string, where?: Where): Promise<Json>;
  /** Presses a button, or chooses from a menu, that reads so. */
  press(post: SeenPost, label: string, option?: string): Promise<Json>;
  /** The dialog that was opened last, or is opened next. */
  dialog(): Promise<Dialog>;
  /** Sends it with these values in place of those it came with. */
  fill(values: Record<string, string | boolean>, where?: Where): Promise<{ error?: string; errors?: Json }>;
  /** Closes it; its integration hears of that if it wished to. */
  cancel(where?: Where): Promise<void>;
  /** What is there now, oldest first; without what the server itself says. */
  posts(channel?: string): Promise<Seen[]>;
  thread(root: string): Promise<Seen[]>;
  /** What this person alone was shown. */
  whispers(): Seen[];
  /** The next whisper that is so. */
  whispered(is?: (seen: Seen) => boolean): Promise<Seen>;
  file(id: string): Promise<string>;
  join(channel: string): Promise<void>;
  leave(channel: string): Promise<void>;
  /** The channel of this person and another. */
  direct(user: string): Promise<string>;
  close(): void;
}

interface Options {
  url: string;
  token: string;
  /** Where one is if nothing else is said. */
  channel: string;
  team: string;
  /** Whom one trusts, where the server is one's own. */
  ca?: string;
}

export async function createPerson({ url, token, channel: home, team, ca }: Options): Promise<Person> {
  const api = createApi(url, token, ca);
  const me = await api<{ id: string; username: string }>('GET', '/users/me');
  const listener = listen(url, { token, ...(ca ? { ca } : {}) });
  await listener.next('hello');
  let closed: string | undefined;

  function openedLast(): Dialog | undefined {
    const event = listener.events.findLast((one) => one.event === 'open_dialog');
    if (!event) return undefined;
    const dialog = JSON.parse(String(event.data.dialog)) as Dialog;
    return dialog.trigger_id === closed ? undefined : dialog;
  }

  async function submit(submission: Json | undefined, { channel = home }: Where) {
    const { url: target, trigger_id, dialog } = await person.dialog();
    const { callback_id, state } = dialog;
    closed = trigger_id;
    const ends = { url: target, callback_id, state, user_id: me.id, channel_id: channel, team_id: team };
    const cancelled = submission === undefined;
    if (cancelled && !dialog.notify_on_cancel) return {};
    const answer = await api('POST', '/actions/dialogs/submit', { ...ends, submission, cancelled });
    // A dialog that has something to say against what was filled in stays open.
    if (answer.error || answer.errors) closed = undefined;
    return answer;
  }

  const person: Person = {
    id: me.id,
    name: me.username,
    api,
    listener,
    async say(text, { channel = home, thread = '', files = {} } = {}) {
      const file_ids: string[] = [];
      for (const [name, content] of Object.entries(files)) {
        const form = new FormData();
        form.set('channel_id', channel);
        form.set('files', new Blob([content]), name);
        const { file_infos } = await api<{ file_infos: { id: string }[] }>('POST', '/files', form);
        for (const { id } of file_infos) file_ids.push(id);
      }
      const pending_post_id = `${me.id}:${Date.now()}${Math.random()}`;
      return api('POST', '/posts', { channel_id: channel, root_id: thread, message: text, file_ids, pending_post_id });
    },
    edit: (post, message) => api('PUT', `/posts/${post}/patch`, { message }),
    remove: async (post) => void (await api('DELETE', `/posts/${post}`)),
    command: (command, { channel = home, thread = '' } = {}) =>
      api('POST', '/commands/execute', { command, channel_id: channel, team_id: team, root_id: thread }),
    async press(post, label, option = '') {
      const action = find(post, label);
      const chosen = action.options?.find(({ text }) => text === option)?.value ?? option;
      const body = {
        ...(chosen ? { selected_option: chosen } : {}),
        ...(action.cookie ? { cookie: action.cookie } : {}),
      };
      return api('POST', `/posts/${post.id}/actions/${action.id}`, body);
    },
    async dialog() {
      const open = openedLast();
      if (open) return open;
      await listener.next('open_dialog', () => openedLast() !== undefined);
      return openedLast() as Dialog;
    },
    async fill(values, where = {}) {
      const { dialog } = await person.dialog();
      const names = dialog.elements.map(({ name }) => name);
      const unknown = Object.keys(values).filter((name) => !names.includes(name));
      if (unknown.length > 0) throw new Error(`the dialog has no field ${unknown.join(', ')}`);
      const submission: Json = {};
      for (const field of dialog.elements) submission[field.name] = filledIn(field, values[field.name]);
      return submit(submission, where);
    },
    cancel: async (where = {}) => void (await submit(undefined, where)),
    async posts(channel = home) {
      const list = await api<PostList>('GET', `/channels/${channel}/posts?per_page=200`);
      return seen(list.order.map((id) => list.posts[id]).reverse());
    },
    async thread(root) {
      const { posts } = await api<PostList>('GET', `/posts/${root}/thread`);
      return seen(Object.values(posts).sort((one, other) => one.create_at - other.create_at));
    },
    whispers: () => listener.events.filter(({ event }) => event === 'ephemeral_message').map(({ data }) => seeIn(data)),
    async whispered(is = () => true) {
      return seeIn((await listener.next('ephemeral_message', ({ data }) => is(seeIn(data)))).data);
    },
    async file(id) {
      const response = await fetch(`${url}/api/v4/files/${id}`, { headers: { authorization: `Bearer ${token}` } });
      return response.text();
    },
    join: async (channel) => void (await api('POST', `/channels/${channel}/members`, { user_id: me.id })),
    leave: async (channel) => void (await api('DELETE', `/channels/${channel}/members/me`)),
    async direct(user) {
      return (await api<{ id: string }>('POST', '/channels/direct', [me.id, user])).id;
    },
    close: () => listener.close(),
  };
  return person;
}

/** What a client takes: no more than fits, a choice that there is, and nothing only where that may be. */
function filledIn(field: Field, given: string | boolean | undefined): string | boolean | string[] {
  const { name, type, default: before, optional, options, min_length: least } = field;
  if (type === 'bool') return given ?? before === 'true';
  const value = String(given ?? before);
  if (value === '' && optional) return value;
  if (value === '') throw new Error(`the field ${name} must be filled in`);
  const isChoice = type === 'radio' || (type === 'select' && options !== null);
  const chosen = field.multiselect ? value.split(',') : [value];
  if (isChoice && !chosen.every((each) => options?.some((one) => one.value === each)))
    throw new Error(`${name} has no choice '${value}'`);
  const most = field.max_length || (type === 'textarea' ? 3000 : 150);
  const isText = type === 'text' || type === 'textarea';
  if (isText && (value.length < least || value.length > most)) throw new Error(`'${value}' does not fit in ${name}`);
  return field.multiselect ? chosen : value;
}

interface PostList {
  order: string[];
  posts: Record<string, SeenPost>;
}

function seen(posts: (SeenPost | undefined)[]): Seen[] {
  return posts.flatMap((post) => (post && !/^system_(?!ephemeral)/.test(post.type) ? [see(post)] : []));
}

function seeIn(data: Json): Seen {
  return see(JSON.parse(String(data.post)) as SeenPost);
}

export function see(post: SeenPost): Seen {
  const { id, root_id, user_id, edit_at, metadata } = post;
  const { text, live, pictures } = read(post);
  const names = (metadata?.files ?? []).map(({ name }) => name);
  return {
    id,
    ...(isId(root_id) ? { thread: root_id } : {}),
    user: user_id,
    text: [text, ...names].filter((part) => part !== '').join('\n'),
    live,
    pictures,
    edited: edit_at > 0,
    post,
  };
}

/** The button, or the menu, that a person would find by this label. */
function find(post: SeenPost, label: string): Action {
  const actions = (post.props.attachments ?? []).flatMap((one) => one.actions ?? []);
  const action = actions.find(({ name }) => name === label);
  if (action) return action;
  throw new Error(`no button '${label}' in: ${read(post).text}`);
}
