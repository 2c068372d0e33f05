/** A QR code, dark on white whatever lies around it. */
import type { Qr } from '@cac/shared/field.ts';
import type { JSX } from 'preact';

export function QrCode({ qr, label }: { qr: Qr; label: string }): JSX.Element {
  return (
    <svg class="qr" viewBox={`0 0 ${qr.side} ${qr.side}`} role="img" aria-label={label} shape-rendering="crispEdges" data-testid="qr">
      <rect width={qr.side} height={qr.side} fill="#fff" />
      <path d={qr.path} fill="#000" />
    </svg>
  );
}
