/** The bytes of a PUBLISH, QoS 0 (MQTT 3.1.1, 3.3). `topic` is ASCII. */
export function publishPacket(topic: string, payload: string): Buffer {
  const payloadBytes = Buffer.byteLength(payload);
  const length = 2 + topic.length + payloadBytes;
  const lengthBytes = length < 128 ? 1 : length < 16_384 ? 2 : 3;
  const packet = Buffer.allocUnsafe(1 + lengthBytes + length);
  packet[0] = 0x30;
  let at = 1;
  for (let rest = length; ; ) {
    const more = rest > 127;
    packet[at++] = (rest & 127) | (more ? 128 : 0);
    rest >>= 7;
    if (!more) break;
  }
  at = packet.writeUInt16BE(topic.length, at);
  at += packet.write(topic, at, 'latin1');
  packet.write(payload, at, 'utf8');
  return packet;
}
