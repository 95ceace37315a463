import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { UserError } from '../../src/errors.ts';
import { ConfigMap, Namespace, Secret } from '../../src/kinds/configuration.ts';
import { build } from '../support/cluster.ts';
import { healthyPod } from '../support/pods.ts';
import { look } from '../support/scene.ts';

const cart = healthyPod({
  container: {
    env: [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'DB_URL', value: 'postgres://shop:hunter2@db/shop' },
    ],
    args: ['--token', 'hunter2'],
  },
});
const shop = build(Namespace, { metadata: { name: 'shop' } });
const infra = build(Namespace, { metadata: { name: 'infra' } });

/** A Pod as the API gives it, with all that kubectl and the server add. */
const whole = {
  apiVersion: 'v1',
  ...cart,
  metadata: {
    ...cart.metadata,
    managedFields: [{ manager: 'kubectl' }],
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{"env":[{"name":"DB_PASSWORD","value":"hunter2"}]}',
      'example.com/owner': 'team-shop',
      'example.com/copy': '{"env":[{"name":"DB_PASSWORD","value":"hunter2"}]}',
    },
  },
};

test('shows an object as YAML, without bookkeeping and credentials', async () => {
  const shown = await look('get', { kind: 'pod', name: 'cart-0', namespace: 'shop' }, [whole]);

  expect(shown).toMatchObject({
    title: 'Pod shop/cart-0 as YAML',
    command: 'kubectl get pods cart-0 -n shop -o yaml',
    refs: [{ kind: 'Pod', namespace: 'shop', name: 'cart-0' }],
  });
  expect(shown.text).not.toMatch(/hunter2|managedFields|last-applied/);
  expect(parse(shown.text)).toMatchObject({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'cart-0',
      annotations: {
        'example.com/owner': 'team-shop',
        'example.com/copy': '{"env":[{"name":"DB_PASSWORD","value":"***"}]}',
      },
    },
    spec: {
      containers: [
        {
          args: ['--token', '***'],
          env: [
            { name: 'DB_PASSWORD', value: '***' },
            { name: 'DB_URL', value: 'postgres://shop:***@db/shop' },
          ],
        },
      ],
    },
    status: { phase: 'Running' },
  });
});

test('shows what is in a ConfigMap, masked and cut', async () => {
  const data = {
    HOST: 'db.shop',
    API_TOKEN: 'hunter2',
    'app.yaml': `db:\n  password: correct-horse\n${'x'.repeat(5_000)}`,
  };
  const config = {
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop' },
    data,
    binaryData: { logo: 'aGVsbG8=' },
  };

  const { text } = await look('get', { kind: 'cm', name: 'settings' }, [config]);

  const shown = parse(text) as { data: Record<string, string>; binaryData: Record<string, string> };
  expect(shown.data).toMatchObject({ HOST: 'db.shop', API_TOKEN: '***' });
  expect(shown.data['app.yaml']).toMatch(/^db:\n {2}password: \*\*\*\nx{100}/);
  expect(shown.data['app.yaml']?.length).toBeLessThan(2_100);
  expect(shown.binaryData).toEqual({ logo: '(8 characters, not shown)' });
});

test('shows the lengths where a recording has no more', async () => {
  const { text } = await look('get', { kind: 'cm', name: 'example' }, [
    build(ConfigMap, { data: { HOST: 'db.shop' } }),
  ]);

  expect(parse(text)).toMatchObject({ data: { HOST: '(7 characters, not shown)' } });
});

test('shows of a Secret its type and the number of keys', async () => {
  const secret = build(Secret, { metadata: { name: 'db' }, columns: { Type: 'Opaque', Data: 2 } });

  const { text } = await look('get', { kind: 'secret', name: 'db' }, [secret]);

  expect(parse(text)).toMatchObject({ kind: 'Secret', type: 'Opaque', keys: 2 });
});

test('keeps the beginning and the end of what is too long', async () => {
  const conditions = [{ type: 'Ready', status: 'False' }];
  const env = Array.from({ length: 900 }, (_, at) => ({ name: `VARIABLE_${at}`, value: `value ${at}` }));
  const huge = { ...whole, spec: { containers: [{ name: 'app', env }] }, status: { conditions } };

  const { text, omitted } = await look('get', { kind: 'pod', name: 'cart-0' }, [huge]);

  expect(text).toMatch(/^apiVersion: v1\n/);
  expect(text).toContain('\n[…]\n');
  expect(text).toMatch(/type: Ready$/);
  expect(omitted).toMatch(/lines were left out for want of room; use describe\.$/);
});

describe('an object is found', () => {
  const elsewhere = healthyPod({ metadata: { name: 'cart-0', namespace: 'infra' } });
  const only = healthyPod({ metadata: { name: 'mail-0', namespace: 'infra' } });

  test.each<[Record<string, unknown>, string]>([
    [{ kind: 'Pod', name: 'cart-0', namespace: 'shop' }, 'shop/cart-0'],
    [{ kind: 'pods', name: 'infra/cart-0' }, 'infra/cart-0'],
    [{ name: 'pod/mail-0' }, 'infra/mail-0'],
    [{ kind: 'Pod', name: 'pod/mail-0' }, 'infra/mail-0'],
    [{ kind: 'Pod', name: 'po/mail-0' }, 'infra/mail-0'],
    [{ name: 'Pod/shop/cart-0' }, 'shop/cart-0'],
    [{ name: 'Pod shop/cart-0' }, 'shop/cart-0'],
    [{ kind: 'Pod', name: 'Pod/infra/cart-0', namespace: 'shop' }, 'infra/cart-0'],
    [{ kind: 'pod/mail-0' }, 'infra/mail-0'],
    [{ kind: 'pod/cart-0', namespace: 'infra' }, 'infra/cart-0'],
    [{ kind: 'Pod', name: ' mail-0 ', namespace: null }, 'infra/mail-0'],
    [{ kind: 'ns', name: 'shop', namespace: 'whatever' }, 'shop'],
  ])('by %j', async (args, expected) => {
    const [ref] = (await look('get', args, [whole, elsewhere, only, shop, infra])).refs;

    expect([ref?.namespace, ref?.name].filter(Boolean).join('/')).toBe(expected);
  });

  test.each<[Record<string, unknown>, string | RegExp]>([
    [{}, '"kind" is missing; give one such as Pod, deploy or svc.'],
    [{ kind: 'Pod' }, '"name" is missing; say which Pod, or use list to see all Pods.'],
    [{ name: 'cart-0' }, '"kind" is missing'],
    [
      { kind: 'Pod', name: 'cart-0' },
      'There is a Pod cart-0 in 2 namespaces: infra, shop. Say which: "namespace" is missing.',
    ],
    [
      { kind: 'Pod', name: 'mail-0', namespace: 'shop' },
      'There is no Pod "mail-0" in namespace shop. There is one in infra.',
    ],
    [
      { kind: 'Pod', name: 'cart-1', namespace: 'shop' },
      'There is no Pod "cart-1" in namespace shop. Did you mean cart-0?',
    ],
    [{ kind: 'Pod', name: 'mail' }, 'There is no Pod "mail". Did you mean mail-0?'],
    [{ kind: 'Pod', name: 'zzzzzz' }, /^There is no Pod "zzzzzz"\.$/],
    [
      { kind: 'cm', name: 'a', namespace: 'shop' },
      'There is no ConfigMap "a" in namespace shop. There are no ConfigMaps.',
    ],
    [{ kind: 'Pod', name: 'x', namespace: 'shpo' }, 'There is no namespace "shpo". Did you mean shop?'],
    [{ kind: 'ns', name: 'shp' }, 'There is no Namespace "shp". Did you mean shop?'],
    [{ kind: 'Pod', name: 'a/b/c/d' }, /"a\/b\/c\/d" is no name; write it as name or namespace\/name\./],
    [{ kind: 'Pod', name: 'a=b,c' }, '"a=b,c" is no name of an object.'],
    [{ kind: 'Pod', name: { a: 1 } }, '"name" must be text, not object.'],
  ])('or not, by %j', async (args, expected) => {
    const taken = look('get', args, [whole, elsewhere, only, shop, infra]);

    await expect(taken).rejects.toThrow(UserError);
    await expect(taken).rejects.toThrow(expected);
  });

  test('where nobody may list the others, as far as is known', async () => {
    const problems = [{ kind: 'Namespace', reason: 'forbidden' as const, text: 'Namespaces could not be read.' }];
    const taken = look('get', { kind: 'Pod', name: 'x', namespace: 'nowhere' }, [whole], { problems });

    await expect(taken).rejects.toThrow(new UserError('There is no Pod "x" in namespace nowhere.'));
  });
});
