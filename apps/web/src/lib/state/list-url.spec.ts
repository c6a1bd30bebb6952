import { describe, expect, it } from 'vitest';
import { listAddress, nextSort, readList, sortDirection } from './list-url.ts';

describe('readList', () => {
  it('reads what is there and gives an empty text for the rest', () => {
    const view = readList(new URLSearchParams('state=sent,bounced&q=ana&cursor=c1'), [
      'state',
      'reason',
    ] as const);
    expect(view).toEqual({ state: 'sent,bounced', reason: '', q: 'ana', sort: '', cursor: 'c1' });
  });
});

describe('listAddress', () => {
  const url = new URL('http://x/staff/customers?q=ana&cursor=c2&line=motor');

  it('goes back to the first page when a filter changes', () => {
    expect(listAddress(url, { line: 'home' })).toBe('/staff/customers?q=ana&line=home');
    expect(listAddress(url, { q: '', line: '' })).toBe('/staff/customers');
  });

  it('keeps the filters when the page changes', () => {
    expect(listAddress(url, { cursor: 'c3' })).toBe('/staff/customers?q=ana&cursor=c3&line=motor');
    expect(listAddress(url, { cursor: '' })).toBe('/staff/customers?q=ana&line=motor');
  });
});

it('a column goes up, down, and back to the usual order', () => {
  expect(nextSort('', 'name')).toBe('name');
  expect(nextSort('name', 'name')).toBe('-name');
  expect(nextSort('-name', 'name')).toBe('');
  expect(nextSort('-dueAt', 'name')).toBe('name');
  expect(sortDirection('-name', 'name')).toBe('descending');
  expect(sortDirection('name', 'name')).toBe('ascending');
  expect(sortDirection('dueAt', 'name')).toBe('none');
});
