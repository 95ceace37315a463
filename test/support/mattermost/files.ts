import { extname } from 'node:path';
import type { Json } from './json.ts';
import type { StoredFile } from './state.ts';

/** model/file_info.go */
export function fileInfo(file: StoredFile): Json {
  return {
    id: file.id,
    user_id: file.user_id,
    ...(file.post_id ? { post_id: file.post_id } : {}),
    channel_id: file.channel_id,
    create_at: file.create_at,
    update_at: file.create_at,
    delete_at: file.delete_at,
    name: file.name,
    extension: extname(file.name).slice(1),
    size: file.bytes.length,
    mime_type: file.mime_type,
    mini_preview: null,
    remote_id: '',
  };
}
