import { defineSink } from '../sink.ts';
import { jsonRequest } from './shared/json.ts';

export default defineSink({
  type: 'webhook',
  summary: 'The notice as JSON, for a service of your own.',
  request: (notice, settings) => jsonRequest(notice, settings),
});
