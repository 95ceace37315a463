import { defineScenario } from '../manifest.ts';
import { configMap } from '../objects/configuration.ts';
import { CORDONED_NODE } from '../objects/node.ts';

export default defineScenario({
  title: 'What a spring clean would find: ConfigMaps that nothing uses, and a node that was cordoned and forgotten',
  objects: [
    configMap('shop-catalog', 'catalog-api-config-2024', { PAGE_SIZE: '24', THEME: 'classic' }, { age: '610d' }),
    configMap('payments', 'acquirer-cutover-notes', { plan: 'switched on 2025-11-04' }, { age: '316d' }),
    configMap('monitoring', 'prometheus-rules-old', { 'rules.yaml': 'groups: []' }, { age: '402d' }),
  ],
  incidents: [
    { severity: 'low', cause: 'ConfigMap/shop-catalog/catalog-api-config-2024', code: 'ConfigMap/Unused' },
    { severity: 'low', cause: 'ConfigMap/payments/acquirer-cutover-notes', code: 'ConfigMap/Unused' },
    { severity: 'low', cause: 'ConfigMap/monitoring/prometheus-rules-old', code: 'ConfigMap/Unused' },
    { severity: 'low', cause: `Node/${CORDONED_NODE}`, code: 'Node/Cordoned' },
  ],
});
