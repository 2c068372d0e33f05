/** The country's 9,660 sites on the map in chromium: how soon they stand there, and the frames while a hand drags and zooms. */
import { launch, missingBrowser, openPage, settled } from '../test/browser/chromium.ts';
import { populate } from '../test/browser/country.ts';
import { framesOfDrag, framesOfZoom, timeToDots, type Frames } from '../test/browser/map-frames.ts';
import { startTestServer } from '../test/running-server.ts';
import { median, row, type Row } from './table.ts';

export async function mapRows(rounds: number): Promise<Row[]> {
  if (missingBrowser !== null) {
    console.log(`map: not measured, ${missingBrowser}`);
    return [];
  }
  const [server, browser] = await Promise.all([startTestServer({ demo: true }), launch()]);
  const country = await populate(server);
  try {
    const sites = country.sites.length;
    const { page } = await openPage(browser, server.base, { cookie: await server.signIn() });
    const dots: number[] = [];
    const drags: Frames[] = [];
    const zooms: Frames[] = [];
    for (let i = 0; i < rounds; i += 1) {
      dots.push(await timeToDots(page, sites));
      await settled(page);
      drags.push(await framesOfDrag(page));
      zooms.push(await framesOfZoom(page));
    }
    const plain = (what: string, value: number, must: number, goal: number): Row => row(what, value, null, '', { ratio: value, must, goal, more: false });
    return [
      plain(`ms to the first ${sites.toLocaleString('en')} dots`, median(dots), 1_500, 700),
      plain('longest frame while dragging, ms', median(drags.map((f) => f.longestMs)), 100, 33),
      plain('longest frame while zooming, ms', median(zooms.map((f) => f.longestMs)), 100, 33),
    ];
  } finally {
    country.leave();
    await browser.close();
    await server.end();
  }
}
