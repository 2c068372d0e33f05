/** The main page. */
import { render } from 'preact';
import { followHash, start } from './state/store.ts';
import { App } from './ui/app.tsx';
import './ui/styles/app.css';

render(<App />, document.querySelector('#app')!);
followHash();
void start();
