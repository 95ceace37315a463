export { openRecording } from './open.ts';
export { type Recording, recordCluster } from './record.ts';
