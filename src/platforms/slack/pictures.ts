import { createHash } from 'node:crypto';
import type * as types from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from '../../log.ts';
import { type Block, type Message, visible } from '../../message.ts';
import { createRecent } from '../../recent.ts';
import { clip } from '../../words.ts';
import { pngOf } from '../shared/png.ts';
import { errorCode } from './client.ts';
import { LIMITS } from './limits.ts';

export type Image = Extract<Block, { type: 'image' }>;

/** The file of Slack's that shows an image; `undefined` where there is none, and its words stand in its place. */
export type FileOf = (image: Image) => string | undefined;

/** Uploads the images of messages, each once. */
export interface Pictures {
  upload(message: Message): Promise<FileOf>;
}

const REMEMBERED = 200;

/** What Slack says of a block whose file it has not looked through yet, or of one that it will never show. */
const NOT_READY = /slack_file/;

export function createPictures(client: WebClient, log: Logger): Pictures {
  const files = createRecent<Promise<string | undefined>>(REMEMBERED);

  function fileOf(image: Image): Promise<string | undefined> {
    const key = createHash('sha256').update(image.svg).digest('hex');
    const before = files.get(key);
    if (before) return before;
    const uploading = send(image).catch((err: unknown) => {
      files.delete(key);
      log.error({ err, name: image.name }, 'Slack took no picture, so its words are shown');
      return undefined;
    });
    files.set(key, uploading);
    return uploading;
  }

  /** Without a channel the file is shown nowhere by itself, but in the messages whose blocks name it. */
  async function send({ name, title, svg }: Image): Promise<string | undefined> {
    const filename = `${name.replace(/\.\w+$/, '')}.png`;
    const { files: sent } = await client.filesUploadV2({ file: await pngOf(svg), filename, title });
    return sent[0]?.files?.[0]?.id;
  }

  return {
    async upload({ blocks }) {
      const ids = new Map<Image, string | undefined>();
      for (const block of blocks) if (block.type === 'image') ids.set(block, await fileOf(block));
      return (image) => ids.get(image);
    },
  };
}

/** An image that is uploaded. */
export function picture({ title, alt }: Image, id: string): types.ImageBlock {
  return {
    type: 'image',
    slack_file: { id },
    alt_text: clip(visible(alt), LIMITS.altText),
    title: { type: 'plain_text', text: clip(visible(title), LIMITS.imageTitle), emoji: false },
  };
}

/** The files that blocks show as pictures. */
export function filesOf(blocks: types.KnownBlock[]): string[] {
  return blocks.flatMap((block) =>
    block.type === 'image' && 'slack_file' in block && 'id' in block.slack_file ? (block.slack_file.id ?? []) : [],
  );
}

/** The same blocks with words in place of each picture. */
export function withoutPictures(blocks: types.KnownBlock[]): types.KnownBlock[] {
  return blocks.map((block) => (block.type === 'image' ? wordsOf(block) : block));
}

function wordsOf({ title, alt_text }: types.ImageBlock): types.ContextBlock {
  const text = clip([title?.text ?? [], alt_text].flat().join(': '), LIMITS.textObject);
  return { type: 'context', elements: [{ type: 'plain_text', text, emoji: false }] };
}

/** Whether Slack refused blocks for a picture in them. Slack looks through a file for some seconds before it shows it. */
export function isOfPicture(error: unknown): boolean {
  const { response_metadata: more } = (error as { data?: { response_metadata?: { messages?: string[] } } }).data ?? {};
  return errorCode(error) === 'invalid_blocks' && (more?.messages ?? []).some((message) => NOT_READY.test(message));
}
