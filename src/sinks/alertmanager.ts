import { SEVERITIES } from '../analyzer.ts';
import { nameOf } from '../cluster.ts';
import { defineSink, type Notice } from '../sink.ts';
import { clip } from '../words.ts';
import { jsonRequest } from './shared/json.ts';

/** Alertmanager takes an alert for solved at its end; an open incident is told once, and may last. */
const OPEN_MS = 365 * 24 * 3_600_000;
const TEXT_MAX = 4000;

export default defineSink({
  type: 'alertmanager',
  summary: 'Alerts of an Alertmanager (its API v2), one for each incident.',

  request(notice, settings) {
    const address = new URL(settings.webhook);
    address.pathname = `${address.pathname.replace(/\/+$/, '')}/api/v2/alerts`;
    return jsonRequest(alertsOf(notice), settings, { url: address.href });
  },
});

/**
 * Alertmanager knows an alert by its labels, so only what stays the same is one. Routes need the severity: where that may
 * have changed, the alerts of all others end. One that Alertmanager never had is told to nobody.
 */
function alertsOf(notice: Notice): object[] {
  const { what, incident, at } = notice;
  const open = what !== 'solved';
  const severities = what === 'new' ? [incident.severity] : SEVERITIES;
  return severities.map((severity) => {
    const lasts = open && severity === incident.severity;
    const end = lasts ? Date.parse(at) + OPEN_MS : Date.parse(incident.endedAt ?? at);
    return {
      labels: { alertname: 'KubernetesIncident', cluster: notice.cluster, incident: incident.id, severity },
      annotations: annotationsOf(notice),
      startsAt: incident.startedAt,
      // An alert that ends before it starts is refused.
      endsAt: new Date(Math.max(end, Date.parse(incident.startedAt))).toISOString(),
    };
  });
}

function annotationsOf({ incident, problems, details }: Notice): Record<string, string> {
  return {
    summary: incident.title,
    description: clip(problems.join('\n'), TEXT_MAX),
    cause: `${incident.cause.kind} ${nameOf(incident.cause)}`,
    code: incident.code,
    ...(incident.namespaces.length > 0 && { namespaces: clip(incident.namespaces.join(', '), TEXT_MAX) }),
    ...(details && { details: clip(details, TEXT_MAX) }),
  };
}
