import gcs from '../../src/caches/gcs.ts';
import { remoteCacheContract } from '../contracts/remote-cache.ts';
import { startGcs } from '../support/storage/gcs.ts';

remoteCacheContract(gcs, {
  start: startGcs,
  settings: (endpoint) => ({ bucketname: 'answers', region: 'europe-west1', projectid: 'shop', endpoint }),
  env: {},
  missing:
    /gcs does not exist .*bucket does not exist.* Create the bucket answers, add it with --create, or correct cache\.gcs\.bucketname/,
  refused: /gcs refused access .* Log in with gcloud auth application-default login/,
});
