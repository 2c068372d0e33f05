/**
 * One small picture per look and size, drawn once; ten thousand dots are then ten thousand copies of its pixels. They are
 * copied by hand into one image because the PCs of the field often draw without a graphics card, where as many
 * `drawImage` take 60 ms and this takes 5.
 */
import type { Look } from './look.ts';

/** Draws a look around (0, 0); `r` is half its size. */
function drawShape(ctx: CanvasRenderingContext2D, { shape, colour }: Look, r: number): void {
  const edge = r < 3.2 ? 0.5 : 1.1;
  ctx.fillStyle = colour;
  ctx.strokeStyle = '#fff';
  ctx.lineWidth = edge;
  ctx.lineJoin = 'round';
  ctx.beginPath();
  switch (shape) {
    case 'connected':
      ctx.arc(0, 0, r, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
      return;
    case 'no_internet': {
      const s = r * 1.3;
      ctx.moveTo(0, -s);
      ctx.lineTo(s, s * 0.8);
      ctx.lineTo(-s, s * 0.8);
      ctx.closePath();
      ctx.fill();
      ctx.stroke();
      return;
    }
    case 'unreachable': {
      const s = r * 0.9;
      ctx.rect(-s, -s, 2 * s, 2 * s);
      ctx.fill();
      ctx.stroke();
      // A cross, once there is room to see it.
      if (r < 3) return;
      const c = s * 0.5;
      ctx.beginPath();
      ctx.moveTo(-c, -c);
      ctx.lineTo(c, c);
      ctx.moveTo(c, -c);
      ctx.lineTo(-c, c);
      ctx.lineWidth = Math.max(1, r * 0.3);
      ctx.stroke();
      return;
    }
    case 'off':
      ctx.arc(0, 0, r * 0.86, 0, 2 * Math.PI);
      ctx.fillStyle = '#fff';
      ctx.fill();
      ctx.strokeStyle = colour;
      ctx.lineWidth = Math.max(1.1, r * 0.42);
      ctx.stroke();
      return;
    case 'unseen':
      ctx.arc(0, 0, r * 0.62, 0, 2 * Math.PI);
      ctx.fill();
      return;
    default:
      shape satisfies never;
  }
}

export interface Sprite {
  /** RGBA, one number a pixel, row after row. */
  readonly pixels: Int32Array;
  /** Device pixels. */
  readonly side: number;
}

const sprites = new Map<string, Sprite>();

/** Where every sprite is drawn before its pixels are read; larger than the largest. */
let scratch: CanvasRenderingContext2D | null = null;

function scratchOf(): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 128;
  return canvas.getContext('2d', { willReadFrequently: true })!;
}

export function spriteOf(look: Look, radius: number, density: number): Sprite {
  const r = Math.round(radius * 4) / 4;
  const key = `${look.shape} ${look.colour} ${r} ${density}`;
  const known = sprites.get(key);
  if (known) return known;
  const half = Math.ceil((r * 1.3 + 1) * density);
  const side = 2 * half;
  scratch ??= scratchOf();
  const ctx = scratch;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, side, side);
  ctx.setTransform(density, 0, 0, density, half, half);
  drawShape(ctx, look, r);
  const sprite = { pixels: new Int32Array(ctx.getImageData(0, 0, side, side).data.buffer), side };
  sprites.set(key, sprite);
  return sprite;
}

/** One translucent pixel over another, as signed 32-bit numbers; alpha is the highest byte (every browser of today runs little-endian). */
export function over(above: number, below: number): number {
  const a = above >>> 24;
  // What is left of the one below, in 255ths; `alpha` is that of the mix.
  const b = (((below >>> 24) * (255 - a) + 127) / 255) | 0;
  const alpha = a + b;
  const half = alpha >> 1;
  const red = (((above & 255) * a + (below & 255) * b + half) / alpha) | 0;
  const green = (((above >>> 8 & 255) * a + (below >>> 8 & 255) * b + half) / alpha) | 0;
  const blue = (((above >>> 16 & 255) * a + (below >>> 16 & 255) * b + half) / alpha) | 0;
  return (alpha << 24) | (blue << 16) | (green << 8) | red;
}

/** Copies a sprite into an image with its corner at (left, top), clipped to the image. */
export function stamp(image: Int32Array, width: number, height: number, { pixels, side }: Sprite, left: number, top: number): void {
  const fromX = Math.max(0, -left);
  const toX = Math.min(side, width - left);
  const toY = Math.min(side, height - top);
  for (let y = Math.max(0, -top); y < toY; y += 1) {
    const row = (top + y) * width + left;
    for (let x = fromX; x < toX; x += 1) {
      const pixel = pixels[y * side + x]!;
      if (pixel === 0) continue;
      const below = image[row + x]!;
      image[row + x] = below === 0 || pixel >>> 24 === 255 ? pixel : over(pixel, below);
    }
  }
}
