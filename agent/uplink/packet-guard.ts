/**
 * Watches an MQTT byte stream for packets too long to accept, before a parser buffers them: a hostile broker may announce 256 MB.
 * Only the fixed headers are looked at. Returns false at the first packet that breaks the limit (or has no length).
 */
export function packetGuard(limitBytes: number): (chunk: Uint8Array) => boolean {
  let skip = 0; // bytes left of the present packet
  let length = -1; // -1: the next byte is a packet's first; else the remaining length read so far
  let shift = 0;
  return (chunk) => {
    for (let i = 0; i < chunk.length; ) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - i);
        skip -= step;
        i += step;
        continue;
      }
      const byte = chunk[i]!;
      i += 1;
      if (length < 0) {
        length = 0;
        shift = 0;
        continue;
      }
      length += (byte & 0x7f) << shift;
      shift += 7;
      if (length > limitBytes || shift > 28) return false;
      if (byte < 0x80) {
        skip = length;
        length = -1;
      }
    }
    return true;
  };
}
