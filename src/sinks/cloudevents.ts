import { defineSink } from '../sink.ts';
import { jsonRequest } from './shared/json.ts';

export default defineSink({
  type: 'cloudevents',
  summary: 'A CloudEvents 1.0 event in structured mode, with the notice as its data.',

  request(notice, settings) {
    const event = {
      specversion: '1.0',
      // The same for every attempt: receivers tell repetitions by source and id.
      id: notice.id,
      source: `/k8sgpt-chat/${encodeURIComponent(notice.cluster)}`,
      type: `k8sgpt-chat.incident.${notice.what}`,
      subject: notice.incident.id,
      time: notice.at,
      datacontenttype: 'application/json',
      data: notice,
    };
    return jsonRequest(event, settings, { type: 'application/cloudevents+json; charset=utf-8' });
  },
});
