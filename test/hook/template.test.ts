import { expect, it } from 'vitest';
import { changeEnvironment, fillTemplate, unknownField } from '../../src/hook/template.ts';
import { aChange } from './a-change.ts';

it.each([
  ['{farm}', 'ftp'],
  ['{farm}/{backend}={state}', 'ftp/b1=down'],
  ['was {previous}, {code}: {summary} ({sequence})', 'was up, refused: {farm} refused (7)'],
  ['{"json": {}} %{farm} {Farm} {}', '{"json": {}} %ftp {Farm} {}'],
])('fills %s in as %s', (template, expected) => {
  expect(fillTemplate(template, aChange({ summary: '{farm} refused' }))).toBe(expected);
});

it('fills in nothing for the previous state of a first change', () => {
  expect(fillTemplate('[{previous}]', aChange({ previous: null }))).toBe('[]');
});

it.each([
  ['{farm}{port}', undefined],
  ['{frm}', 'frm'],
  ['{"a": 1}', undefined],
])('of %s the unknown field is %s', (template, expected) => {
  expect(unknownField(template)).toBe(expected);
});

it('gives every field in the environment', () => {
  expect(changeEnvironment(aChange())).toEqual({
    FARM_GUARDIAN_FARM: 'ftp',
    FARM_GUARDIAN_BACKEND: 'b1',
    FARM_GUARDIAN_HOST: '10.2.0.11',
    FARM_GUARDIAN_PORT: '21',
    FARM_GUARDIAN_STATE: 'down',
    FARM_GUARDIAN_PREVIOUS: 'up',
    FARM_GUARDIAN_CODE: 'refused',
    FARM_GUARDIAN_SUMMARY: 'Connection refused',
    FARM_GUARDIAN_SEQUENCE: '7',
  });
});
