/** A process to be killed: the real store, postman and channels over one data directory, from start until its end. */
import { createSafeRequester } from '@cac/server/channels/safe-request.ts';
import { openChannels } from '@cac/server/channels/table.ts';
import { allowedTargets } from '@cac/server/channels/targets.ts';
import { createSealer } from '@cac/server/sealer.ts';
import { openStore } from '@cac/server/store/store.ts';
import { createPostman } from '@cac/server/usecases/post-notices.ts';

const [dataDir = '', parallel = '1'] = process.argv.slice(2);
const store = await openStore({ dataDir });
const channels = openChannels(createSafeRequester({ allowed: allowedTargets(['127.0.0.0/8'])!, ownPorts: () => [] }), Date.now);
const postman = createPostman({
  store, channels: channels.table, sealer: createSealer(dataDir, Buffer.alloc(32, 7)), now: Date.now, publicUrl: () => 'https://constat.example', random: Math.random, parallel: Number(parallel),
  onFailure: (cause) => {
    console.error(cause);
    process.exit(3);
  },
});
setInterval(() => postman.poke(), 50);
postman.poke();
