// The list of shortcuts.
import { h } from './dom.js';

export function help(views) {
  const keys = [['/', 'search services'], ['j  k', 'next, previous row'], ['Enter', 'open the row'],
    ...views.filter(view => view.key).map(view => [`g  ${view.key}`, view.title]), ['Esc', 'leave a field, close this'], ['?', 'this list']];
  const close = h('button', { type: 'button', onclick: () => element.close() }, 'Close');
  const element = h('dialog.shortcuts', { 'aria-labelledby': 'shortcuts-title' }, h('h2', { id: 'shortcuts-title' }, 'Shortcuts'),
    h('dl', null, keys.map(([key, meaning]) => [h('dt', null, key.split('  ').map(one => h('kbd', null, one))), h('dd', null, meaning)])), close);
  return { element, open: () => element.open || element.showModal() };
}
