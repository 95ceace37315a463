import { basename, extname } from 'node:path';
import { type Call, created, type Handler, type Parts, Reply, type Routes } from './call.ts';
import { fileInfo } from './files.ts';
import { isId, newId } from './ids.ts';
import { badBody, badUrl, Refusal } from './refusal.ts';
import type { StoredFile } from './state.ts';

/** By the name alone, as Go knows them. */
const TYPES: Record<string, string> = {
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};
const UNREADABLE = 'api.file.upload_file.read_request.app_error';

/** api4/file.go */
export function fileRoutes({ state, may, maxFileSize }: Parts): Routes {
  function keep(channel_id: string, user_id: string, name: string, bytes: Buffer, type: string): StoredFile {
    if (bytes.length > maxFileSize) throw new Refusal(413, 'api.file.upload_file.too_large_detailed.app_error');
    const file: StoredFile = {
      id: newId(),
      user_id,
      post_id: '',
      channel_id,
      create_at: state.now(),
      delete_at: 0,
      name: basename(name),
      mime_type: TYPES[extname(name)] ?? (type || 'application/octet-stream'),
      bytes,
    };
    state.files.set(file.id, file);
    return file;
  }

  function allow(user: string, channel: string): void {
    if (!isId(channel)) throw badUrl('channel_id');
    may.require(may.inChannel(user, channel, 'upload_file'), 'upload_file');
  }

  const upload: Handler = async (call) => {
    const type = call.headers['content-type'] ?? '';
    if (call.bytes.length === 0) throw new Refusal(400, UNREADABLE);
    if (type.startsWith('multipart/form-data')) return uploadForm(call, type);
    const channel = call.query.get('channel_id') ?? '';
    const name = call.query.get('filename') ?? '';
    if (!isId(channel)) throw badUrl('channel_id');
    if (name === '') throw badUrl('filename');
    allow(call.user, channel);
    const file = keep(channel, call.user, name, call.bytes, '');
    return created({ file_infos: [fileInfo(file)], client_ids: null });
  };

  async function uploadForm({ bytes, user, query }: Call, type: string): Promise<Reply> {
    const body = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } });
    const form = await body.formData().catch((error) => {
      throw new Refusal(400, UNREADABLE, String(error));
    });
    let channel = query.get('channel_id') ?? '';
    const clients: string[] = [];
    const parts: File[] = [];
    for (const [name, part] of form) {
      if (typeof part !== 'string') parts.push(part);
      else if (name === 'channel_id') channel = part;
      else if (name === 'client_ids') clients.push(part);
      else throw badBody(name);
    }
    if (channel === '') throw badBody('channel_id');
    allow(user, channel);
    if (clients.length > 0 && clients.length !== parts.length) {
      throw new Refusal(400, 'api.file.upload_file.incorrect_number_of_client_ids.app_error');
    }
    const files: StoredFile[] = [];
    for (const part of parts) {
      files.push(keep(channel, user, part.name, Buffer.from(await part.arrayBuffer()), part.type));
    }
    return created({ file_infos: files.map(fileInfo), client_ids: clients });
  }

  function readable(id: string, user: string): StoredFile {
    const file = state.files.get(id);
    if (!file) throw new Refusal(404, 'app.file_info.get.app_error');
    if (file.user_id !== user) may.require(may.byPost(user, file.post_id, 'read_channel'), 'read_channel');
    return file;
  }

  return {
    'POST /files': upload,
    'GET /files/:file': ({ params: { file = '' }, user }) => {
      const { bytes, mime_type, name } = readable(file, user);
      return new Reply(200, bytes, {
        'content-type': mime_type,
        'content-disposition': `attachment;filename="${encodeURIComponent(name)}"`,
      });
    },
    'GET /files/:file/info': ({ params: { file = '' }, user }) => fileInfo(readable(file, user)),
  };
}
