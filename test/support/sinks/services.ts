import { isRecord } from '../../../src/shape.ts';
import { type Answer, type Arrival, isTime, jsonOf, type Service } from './receiver.ts';

const refused = (status: number, body: string): Answer => ({ status, body });

/** An incoming webhook of Slack at this path, which is its key. */
export function slackAt(path: string): Service {
  return (arrival) => {
    if (arrival.path !== path) return refused(404, 'no_service');
    const message = jsonOf(arrival);
    if (!isRecord(message)) return refused(400, 'invalid_payload');
    const { text, blocks = [], ...others } = message;
    if (Object.keys(others).length > 0) return refused(400, 'invalid_payload');
    if (typeof text !== 'string' || text === '') return refused(400, 'no_text');
    if (!Array.isArray(blocks) || blocks.length > 50 || !blocks.every(isSlackBlock))
      return refused(400, 'invalid_blocks');
    // Slack would ring for these, or make a link of them, which no data may do.
    const markup = [text, ...blocks.flatMap(slackMarkup)].find((part) => /[<>]|&(?!amp;|lt;|gt;)/.test(part));
    return markup ? refused(400, `markup in data: ${markup}`) : { status: 200, body: 'ok' };
  };
}

function isSlackBlock(block: unknown): boolean {
  if (!isRecord(block)) return false;
  const { type, text, fields } = block;
  if (type === 'header') return isSlackText(text, 150) && (text as { type?: string }).type === 'plain_text';
  if (type !== 'section' || (text === undefined && fields === undefined)) return false;
  if (text !== undefined && !isSlackText(text, 3000)) return false;
  return (
    fields === undefined ||
    (Array.isArray(fields) &&
      fields.length > 0 &&
      fields.length <= 10 &&
      fields.every((each) => isSlackText(each, 2000)))
  );
}

function isSlackText(value: unknown, max: number): boolean {
  if (!isRecord(value) || typeof value.text !== 'string' || value.text === '' || value.text.length > max) return false;
  return value.type === 'mrkdwn' ? value.emoji === undefined : value.type === 'plain_text';
}

function slackMarkup(block: {
  text?: { type: string; text: string };
  fields?: { type: string; text: string }[];
}): string[] {
  const texts = [...(block.text ? [block.text] : []), ...(block.fields ?? [])];
  return texts.filter(({ type }) => type === 'mrkdwn').map(({ text }) => text);
}

/** An incoming webhook of Mattermost at this path. */
export function mattermostAt(path: string): Service {
  return (arrival) => {
    if (arrival.path !== path) return mattermostError(404, 'web.incoming_webhook.invalid.app_error');
    const message = jsonOf(arrival);
    if (!isRecord(message)) return mattermostError(400, 'web.incoming_webhook.parse.app_error');
    const { text = '', attachments = [], channel = '', username = '', icon_url = '', ...others } = message;
    const texts = [text, channel, username, icon_url];
    if (
      !texts.every((each) => typeof each === 'string') ||
      Object.keys(others).length > 0 ||
      !Array.isArray(attachments)
    ) {
      return mattermostError(400, 'web.incoming_webhook.parse.app_error');
    }
    if (text === '' && attachments.length === 0) return mattermostError(400, 'web.incoming_webhook.text.app_error');
    if (!attachments.every(isMattermostAttachment)) return mattermostError(400, 'web.incoming_webhook.parse.app_error');
    const all = JSON.stringify([text, attachments]);
    if (/@(?:all|channel|here)\b/.test(all)) return mattermostError(400, 'a mention in data');
    return all.length > 16_383 ? mattermostError(400, 'too long') : { status: 200, body: 'ok' };
  };
}

function mattermostError(status: number, id: string): Answer {
  const body = JSON.stringify({ id, message: 'Failed to handle the payload.', request_id: 'r1', status_code: status });
  return { status, body, headers: { 'content-type': 'application/json' } };
}

function isMattermostAttachment(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { fallback, color, text, fields, ...others } = value;
  return (
    Object.keys(others).length === 0 &&
    typeof fallback === 'string' &&
    typeof text === 'string' &&
    /^#[0-9a-f]{6}$/i.test(String(color)) &&
    Array.isArray(fields) &&
    fields.every((each) => isRecord(each) && typeof each.title === 'string' && typeof each.value === 'string')
  );
}

/** Takes CloudEvents 1.0 in structured mode, each source and id once. */
export function cloudEvents(): Service {
  return (arrival) => {
    const event = jsonOf(arrival, 'application/cloudevents+json');
    if (!isRecord(event)) return refused(415, 'no event in structured mode');
    const { specversion, id, source, type, subject, time, datacontenttype, data, ...extensions } = event;
    const texts = [id, source, type, subject];
    if (specversion !== '1.0') return refused(400, 'specversion');
    if (!texts.every((each) => typeof each === 'string' && each !== ''))
      return refused(400, 'id, source, type, subject');
    if (!URL.canParse(String(source), 'http://base.test') || /\s/.test(String(source))) return refused(400, 'source');
    if (!isTime(time)) return refused(400, 'time');
    if (datacontenttype !== 'application/json' || !isRecord(data)) return refused(400, 'data');
    if (Object.keys(extensions).some((name) => !/^[a-z0-9]+$/.test(name))) return refused(400, 'extension');
    return { status: 202 };
  };
}

export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
}

/** An Alertmanager under a path; `alerts` has what it knows, by the labels. */
export function alertmanager(alerts: Map<string, Alert>, prefix = ''): Service {
  return (arrival) => {
    if (arrival.path !== `${prefix}/api/v2/alerts`) return refused(404, 'path was not found');
    const given = jsonOf(arrival);
    if (!Array.isArray(given)) return refused(400, 'parsing alerts body failed');
    const wrong = given.map(alertFault).find((fault) => fault !== undefined);
    if (wrong) return refused(400, wrong);
    for (const alert of given as Alert[]) alerts.set(JSON.stringify(Object.entries(alert.labels).sort()), alert);
    return { status: 200 };
  };
}

function alertFault(alert: unknown): string | undefined {
  if (!isRecord(alert) || !isRecord(alert.labels)) return 'labels in body is required';
  const { labels, annotations = {}, startsAt, endsAt, ...others } = alert;
  if (Object.keys(others).length > 0) return 'unknown field';
  if (Object.keys(labels).length === 0) return 'at least one label pair required';
  for (const pairs of [labels, annotations as object])
    for (const [name, value] of Object.entries(pairs)) {
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return `invalid name ${name}`;
      if (typeof value !== 'string') return `${name} must be of type string`;
    }
  if (!isTime(startsAt) || !isTime(endsAt)) return 'must be of type date-time';
  return Date.parse(endsAt) < Date.parse(startsAt) ? 'start time must be before end time' : undefined;
}

/** Those that Alertmanager holds for open at a time. */
export function firing(alerts: Map<string, Alert>, now: number): Alert[] {
  return [...alerts.values()].filter(({ endsAt }) => Date.parse(endsAt) > now);
}

/** A service of one's own: takes any JSON. */
export const anyJson: Service = (arrival: Arrival) =>
  jsonOf(arrival) === undefined ? refused(400, 'no JSON') : { status: 204 };
