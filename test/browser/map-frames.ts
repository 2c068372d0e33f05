/** How the map feels under the hand: frames while it is dragged and zoomed, and the time to its first dots. Measured by `npm run bench`. */
import type { Page } from 'playwright-core';

const DRAG_MS = 3_000;
/** Of a country's dots, so many pixels must be drawn before they count as seen. */
const DOTS_PIXELS = 5_000;

export interface Frames {
  longestMs: number;
  perSecond: number;
}

/** Milliseconds from asking for the page until `count` sites are shown and their dots stand on the canvas. */
export async function timeToDots(page: Page, count: number): Promise<number> {
  await page.goto('/');
  return page.evaluate(
    ([wanted, pixels]) =>
      new Promise<number>((done) => {
        const look = (): void => {
          const shown = document.querySelector<HTMLElement>('[data-testid="shown-count"]')?.dataset['count'];
          const canvas = document.querySelector<HTMLCanvasElement>('.leaflet-sites-pane canvas');
          const at = performance.now();
          if (Number(shown) === wanted && canvas !== null && canvas.width > 0) {
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
            let drawn = 0;
            for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) drawn += 1;
            if (drawn > pixels!) return done(at);
          }
          requestAnimationFrame(look);
        };
        look();
      }),
    [count, DOTS_PIXELS],
  );
}

/** The frames the page draws while `act` goes on. */
async function framesDuring(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    Object.assign(globalThis, { frames });
    const next = (): void => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await act();
  const frames = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames.slice(1));
  const totalMs = frames.reduce((sum, ms) => sum + ms, 0);
  return { longestMs: Math.max(0, ...frames), perSecond: totalMs > 0 ? (1000 * frames.length) / totalMs : 0 };
}

/** Back and forth over the middle of the map, as a hand does. */
export const framesOfDrag = (page: Page): Promise<Frames> =>
  framesDuring(page, async () => {
    await page.mouse.move(800, 450);
    await page.mouse.down();
    const until = Date.now() + DRAG_MS;
    for (let step = 0; Date.now() < until; step += 1) {
      await page.mouse.move(800 + 320 * Math.sin(step / 14), 450 + 180 * Math.sin(step / 9));
      await new Promise((next) => setTimeout(next, 12));
    }
    await page.mouse.up();
  });

/** Three steps in with the wheel, and out again. */
export const framesOfZoom = (page: Page): Promise<Frames> =>
  framesDuring(page, async () => {
    await page.mouse.move(800, 420);
    for (const turn of [-300, -300, -300, 300, 300, 300]) {
      await page.mouse.wheel(0, turn);
      await page.waitForTimeout(350);
    }
  });
