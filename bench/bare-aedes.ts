/** The reference: aedes alone, as a tutorial would start it; no gate, no identity, no storage. */
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker({});
const server = createServer({ noDelay: true }, (socket) => void broker.handle(socket));
server.listen(0, '127.0.0.1', () => process.send!({ ready: { mqttPort: (server.address() as AddressInfo).port } }));
process.on('disconnect', () => process.exit(0));
