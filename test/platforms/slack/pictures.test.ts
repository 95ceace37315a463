import { describe, expect, test } from 'vitest';
import type { Block, Message } from '../../../src/message.ts';
import { pngOf } from '../../../src/platforms/shared/png.ts';
import { started } from '../../support/slack/started.ts';
import { ANNA } from '../../support/slack/workspace.ts';

const PLACE = { channel: 'C0OPS' };

function drawing(inside = ''): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="360" height="100">${inside}</svg>`;
}

function trend(svg = drawing()): Message {
  const image: Block = { type: 'image', name: 'trend.svg', title: 'Trend', alt: 'Three are open.', svg };
  return { text: 'Digest', blocks: [{ type: 'text', text: 'Digest' }, image] };
}

describe('a picture', () => {
  test('is uploaded once, as PNG for a sharp screen, and shown nowhere by itself', async () => {
    const app = await started();

    const posted = await app.platform.post(PLACE, trend());
    await app.platform.update(posted, trend());
    await app.platform.post(PLACE, trend());

    const [file, ...others] = app.slack.api.uploads.values();
    expect(others).toEqual([]);
    expect(file?.name).toBe('trend.png');
    expect(file?.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(file?.bytes.readUInt32BE(16)).toBe(1080);
    expect(app.shown().map(({ pictures }) => pictures)).toEqual([['Three are open.'], ['Three are open.']]);
  });

  test('that has changed is uploaded anew', async () => {
    const app = await started();
    const posted = await app.platform.post(PLACE, trend());

    await app.platform.update(posted, trend(drawing('<rect width="9" height="9"/>')));

    expect(app.slack.api.uploads.size).toBe(2);
    expect(app.shown()).toMatchObject([{ pictures: ['Three are open.'] }]);
  });

  test('is waited for while Slack looks through it', async () => {
    const app = await started({ pictureLooks: 4 });

    await app.platform.post(PLACE, trend());

    expect(app.slack.calls.get('chat.postMessage')).toBe(5);
    expect(app.shown()).toMatchObject([{ pictures: ['Three are open.'] }]);
  });

  test('that Slack never shows gives way to its words, and is waited for once', async () => {
    const app = await started({ pictureLooks: 1000 });

    const posted = await app.platform.post(PLACE, trend());
    const calls = app.slack.calls.get('chat.postMessage') ?? 0;
    await app.platform.update(posted, trend());

    expect(app.shown()).toMatchObject([{ pictures: [], text: 'Digest\nTrend: Three are open.' }]);
    expect(calls).toBeLessThan(10);
    expect(app.slack.calls.get('chat.update')).toBe(2);
  });

  test.each(['files.getUploadURLExternal', 'files.completeUploadExternal'])(
    'gives way to its words where %s fails, and is tried again with the next edit',
    async (method) => {
      const app = await started();
      app.slack.fail(method, 1, 'file_uploads_disabled');

      const posted = await app.platform.post(PLACE, trend());

      expect(app.shown()).toMatchObject([{ pictures: [], text: 'Digest\nTrend: Three are open.' }]);
      await app.platform.update(posted, trend());
      expect(app.shown()).toMatchObject([{ pictures: ['Three are open.'] }]);
    },
  );

  test('gives way to its words where it is no drawing, or the app may send no files', async () => {
    const app = await started({ scopes: ['chat:write'] });

    await app.platform.post(PLACE, trend('<svg'));
    await app.platform.post(PLACE, trend());

    for (const { text } of app.shown()) expect(text).toBe('Digest\nTrend: Three are open.');
  });

  test('is in words for one person alone, and where we cannot post', async () => {
    const app = await started({ handle: ({ place }, { platform }) => platform.post(place, trend()) });

    await app.platform.whisper(PLACE, ANNA, trend());
    await app.command('digest', { channel: 'C0NOBOT' });
    await app.heard(1);

    await expect.poll(() => app.shown()).toHaveLength(2);
    for (const { text } of app.shown()) expect(text).toContain('Trend: Three are open.');
  });
});

describe('as PNG', () => {
  const words = (font: string) => drawing(`<text x="9" y="50" font-size="20" font-family="${font}">Open</text>`);

  test('a drawing has its letters, on a machine without fonts and whatever font it names', async () => {
    const [empty, named, unknown] = await Promise.all(
      [drawing(), words('Atkinson Hyperlegible'), words('No Such Font, sans-serif')].map(pngOf),
    );

    expect(named).not.toEqual(empty);
    expect(unknown).toEqual(named);
  });

  test('the same drawing is the same picture', async () => {
    expect(await pngOf(words('Inter'))).toEqual(await pngOf(words('Inter')));
  });
});
