import type { Call, Services } from '../command.ts';
import { UserError } from '../errors.ts';
import { type Incident, isWhole, type Report } from '../report.ts';
import type { Store } from '../store.ts';
import { isReport } from './kept.ts';

const REPORT_TTL_MS = 7 * 24 * 3_600_000;
/** So long an analysis of the whole cluster tells how it is now. */
const NEWEST_TTL_MS = 3 * 60_000;
const FEEDBACK_TTL_MS = 90 * 24 * 3_600_000;

/** The incident of an earlier analysis. Throws `UserError` where none of that name is kept. */
export async function findIncident({ services, chat }: Call, id: string): Promise<Incident> {
  const report = await services.reports.withIncident(id);
  const incident = report?.incidents.find((each) => each.id === id);
  if (incident) return incident;
  throw new UserError(`No incident ${id} is known here. Run the analysis again: ${chat.prefix} analyze`);
}

/** Keeps reports for a week, so that the buttons under them go on working after a restart. `core`: the core filters. */
export function createReports(store: Store, core: readonly string[]): Services['reports'] {
  async function get(id: string): Promise<Report | undefined> {
    const kept = await store.get(`report:v1:${id}`);
    return kept === undefined ? undefined : read(kept);
  }

  return {
    get,
    async save(report) {
      await Promise.all([
        store.set(`report:v1:${report.id}`, JSON.stringify(report), REPORT_TTL_MS),
        ...report.incidents.map(({ id }) => store.set(`incident:v1:${id}`, report.id, REPORT_TTL_MS)),
        ...(isWhole(report, core) ? [store.set(`report-newest:v1:${report.cluster}`, report.id, NEWEST_TTL_MS)] : []),
      ]);
    },
    async newest(cluster) {
      const id = await store.get(`report-newest:v1:${cluster}`);
      return id === undefined ? undefined : get(id);
    },
    async withIncident(id) {
      const report = await store.get(`incident:v1:${id}`);
      return report === undefined ? undefined : get(report);
    },
    async explainedFirst(incident, { channel, thread = '' }) {
      return store.setIfAbsent(`explained:v1:${channel}:${thread}:${incident}`, '1', REPORT_TTL_MS);
    },
    async feedback(about, verdict, user) {
      await store.set(`feedback:v1:${about}:${user}`, verdict, FEEDBACK_TTL_MS);
    },
  };
}

/** What cannot be read counts as forgotten. */
function read(kept: string): Report | undefined {
  try {
    const report: unknown = JSON.parse(kept);
    return isReport(report) ? (report as Report) : undefined;
  } catch {
    return undefined;
  }
}
