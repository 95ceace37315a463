import { SEVERITIES } from '../analyzer.ts';
import type { Metrics, SeverityCounts } from '../metrics.ts';
import { findingsOf, isWhole, type Report } from '../report.ts';

/** Runs an analysis and counts it. What is wrong is counted where all `core` filters looked at the whole cluster. */
export async function measured(metrics: Metrics, core: readonly string[], run: () => Promise<Report>): Promise<Report> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const report = await run();
    const { requests, filters = {} } = report.stats;
    metrics.analysis({
      outcome: 'done',
      seconds: seconds(),
      requests,
      filters: Object.fromEntries(Object.entries(filters).map(([filter, spent]) => [filter, spent / 1000])),
      ...(isWhole(report, core) && {
        found: { incidents: countsOf(report.incidents), findings: countsOf(findingsOf(report)) },
      }),
    });
    return report;
  } catch (error) {
    metrics.analysis({ outcome: 'failed', seconds: seconds() });
    throw error;
  }
}

function countsOf(all: readonly { severity: keyof SeverityCounts }[]): SeverityCounts {
  const counts = SEVERITIES.map((severity) => [severity, all.filter((each) => each.severity === severity).length]);
  return Object.fromEntries(counts) as SeverityCounts;
}
