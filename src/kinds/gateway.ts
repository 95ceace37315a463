import { defineKind, type ObjectOf } from '../kind.ts';
import { list, number, object, string } from '../shape.ts';

/** Routes of the Gateway API (https://gateway-api.sigs.k8s.io/api-types/httproute/). */
export const HTTPRoute = defineKind({
  kind: 'HTTPRoute',
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  plural: 'httproutes',
  namespaced: true,
  keep: {
    spec: object({
      hostnames: list(string),
      parentRefs: list(object({ kind: string, namespace: string, name: string })),
      rules: list(
        object({ backendRefs: list(object({ kind: string, namespace: string, name: string, port: number })) }),
      ),
    }),
  },
});
export type HTTPRoute = ObjectOf<typeof HTTPRoute>;
