import type { Register } from './command.ts';
export const registerInspect: Register = (program, terminal, done) => {
  program.command('inspect').action(() => {
    void terminal;
    done(0);
  });
};
