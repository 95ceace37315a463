import { beforeEach, describe, expect, test } from 'vitest';
import ack from '../../src/commands/ack.ts';
import { UserError } from '../../src/errors.ts';
import { createAttentionScene } from '../support/attention.ts';
import { lineOf } from '../support/commands.ts';

let scene: ReturnType<typeof createAttentionScene>;
beforeEach(() => {
  scene = createAttentionScene();
});

const holders = async () => (await scene.attention.acknowledged('prod')).map(({ incident, by }) => [incident, by.user]);

describe('ack', () => {
  test('tells the channel who is on it, and shows the messages that stand anew', async () => {
    const { to, message } = await scene.run(ack, 'inc-old001', 'U7');
    expect(to).toBe('channel');
    expect(message.blocks[0]).toMatchObject({ text: [{ user: 'U7' }, ' is on it: Pod shop/cart crashes.'] });
    expect(await holders()).toEqual([['inc-cart01', 'U7']]);
    expect(scene.asked.refreshes).toBe(1);
  });

  test('tells a second person alone who has it since when, and changes nothing', async () => {
    await scene.run(ack, 'inc-cart01', 'U7');
    const [kept] = await scene.attention.acknowledged('prod');
    const { to, message } = await scene.run(ack, 'inc-cart01', 'U8');
    expect(to).toBe('person');
    expect(message.blocks[0]).toMatchObject({
      text: [
        { user: 'U7' },
        ' is',
        ' on it since ',
        { time: new Date(kept?.by.at ?? 0).toISOString() },
        ': Pod shop/cart crashes.',
      ],
    });
    expect(await holders()).toEqual([['inc-cart01', 'U7']]);
    expect(scene.asked.refreshes).toBe(1);
  });

  test('tells who has it already that they do', async () => {
    await scene.attention.acknowledge({
      cluster: 'prod',
      incident: 'inc-cart01',
      by: { user: 'U7', platform: 'slack', at: Date.now() - 60_000 },
    });
    const { to, message } = await scene.run(ack, 'inc-cart01', 'U7');
    expect(to).toBe('person');
    expect(message.text).toBe('You are on it already: Pod shop/cart crashes.');
    expect(scene.asked.refreshes).toBe(0);
  });

  test('of two people at once tells one that they have it, and the other who does', async () => {
    await Promise.all([scene.run(ack, 'inc-cart01', 'U7'), scene.run(ack, 'inc-cart01', 'U8')]);
    expect(scene.said.map(({ to }) => to).sort()).toEqual(['channel', 'person']);
    expect(await holders()).toHaveLength(1);
  });

  test('is given back by its button, and can be taken by another one', async () => {
    await scene.run(ack, 'inc-cart01', 'U7');
    const { message } = await scene.run(ack, lineOf(scene.actions(), 'Give it back'), 'U7');
    expect(message.blocks[0]).toMatchObject({ text: [{ user: 'U7' }, ' gave back: Pod shop/cart crashes', '.'] });
    expect(await holders()).toEqual([]);
    expect(scene.asked.refreshes).toBe(2);
    await scene.run(ack, lineOf(scene.actions(), 'I’m on it'), 'U8');
    expect(await holders()).toEqual([['inc-cart01', 'U8']]);
  });

  test('can be freed by another one, which says whose it was', async () => {
    await scene.run(ack, 'inc-cart01', 'U7');
    await scene.run(ack, 'inc-cart01', 'U8');
    const { message } = await scene.run(ack, lineOf(scene.actions(), 'Free it'), 'U8');
    expect(message.blocks[0]).toMatchObject({
      text: [{ user: 'U8' }, ' gave back: Pod shop/cart crashes', ', which ', { user: 'U7' }, ' had', '.'],
    });
    expect(await holders()).toEqual([]);
  });

  test.each([
    ['', 'Say which incident: /k8sgpt ack inc-…'],
    ['cart', '"cart" is no incident: its id begins with inc-.'],
    ['inc-gone01', 'No incident inc-gone01 is known here. Run the analysis again: /k8sgpt analyze'],
    ['inc-done01', 'It is solved, so there is nothing to take: Node n1 is gone.'],
    ['inc-cart01 --release', 'Nobody is on it: Pod shop/cart crashes.'],
  ])('%j is refused with the cure', async (line, text) => {
    await expect(scene.run(ack, line)).rejects.toThrow(UserError);
    await expect(scene.run(ack, line)).rejects.toThrow(text);
    expect(await holders()).toEqual([]);
    expect(scene.asked.refreshes).toBe(0);
  });
});
