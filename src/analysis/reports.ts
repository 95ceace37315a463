import type { Call, Services } from '../command.ts';
import { UserError } from '../errors.ts';
import type { Incident, Report } from '../report.ts';
import type { Store } from '../store.ts';

const REPORT_TTL_MS = 7 * 24 * 3_600_000;
const FEEDBACK_TTL_MS = 90 * 24 * 3_600_000;

/** The incident of an earlier analysis. Throws `UserError` where none of that name is kept. */
export async function findIncident({ services, chat }: Call, id: string): Promise<Incident> {
  const report = await services.reports.withIncident(id);
  const incident = report?.incidents.find((each) => each.id === id);
  if (incident) return incident;
  throw new UserError(`No incident ${id} is known here. Run the analysis again: ${chat.prefix} analyze`);
}

/** Keeps reports for a week, so that the buttons under them go on working after a restart. */
export function createReports(store: Store): Services['reports'] {
  async function get(id: string): Promise<Report | undefined> {
    const kept = await store.get(`report:v1:${id}`);
    return kept === undefined ? undefined : (JSON.parse(kept) as Report);
  }

  return {
    get,
    async save(report) {
      await store.set(`report:v1:${report.id}`, JSON.stringify(report), REPORT_TTL_MS);
      for (const { id } of report.incidents) await store.set(`incident:v1:${id}`, report.id, REPORT_TTL_MS);
    },
    async withIncident(id) {
      const report = await store.get(`incident:v1:${id}`);
      return report === undefined ? undefined : get(report);
    },
    async explainedFirst(incident, { channel, thread = '' }) {
      return store.setIfAbsent(`explained:v1:${channel}:${thread}:${incident}`, '1', REPORT_TTL_MS);
    },
    async feedback(incident, verdict, user) {
      await store.set(`feedback:v1:${incident}:${user}`, verdict, FEEDBACK_TTL_MS);
    },
  };
}
