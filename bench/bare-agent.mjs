/** The reference: node and mqtt.js as a tutorial would use them, unbundled, with an agent's connection; nothing else. */
import mqtt from 'mqtt';

const { port, machine, secret, inst } = JSON.parse(process.argv[2]);
const topic = (channel) => `cac/1/${machine}/${channel}`;
const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
  clientId: `${machine}.${inst}`,
  username: machine,
  password: secret,
  keepalive: 60,
  will: { topic: topic('will'), payload: JSON.stringify({ inst, conn: 1, ep: 'bareagent0000000' }), qos: 1, retain: false },
});
client.on('connect', () => client.subscribe([topic('ack'), topic('dn'), 'cac/1/srv'], { qos: 1 }, () => console.log('ready')));
