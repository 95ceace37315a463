import { h, render } from 'preact';
import { App } from './app.ts';
import { follow } from './room.ts';
import { followTheme } from './theme.ts';
import { followAddress } from './where.ts';

followTheme();
followAddress();
follow();

const element = document.getElementById('app');
if (element) render(h(App, null), element);
