import type { Option } from '../../command.ts';

/** The options by which a command in a terminal is about another cluster. */
export const CLUSTERS: readonly Option[] = [
  { name: 'context', value: 'name', summary: 'Another context of the kubeconfig.', where: 'terminal' },
  { name: 'kubeconfig', value: 'file', summary: 'Another kubeconfig.', where: 'terminal' },
  { name: 'sample', summary: 'The bundled sample cluster.', where: 'terminal' },
];
