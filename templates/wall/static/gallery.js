// What a page does beyond plain HTML: it fetches the viewer on first intent, swaps tabs in place, loads more.
// Every one of these is an extra over a link that works without it, and falls back to following that link.
'use strict';
(() => {
  const script = document.currentScript;
  const absolute = (path, from = document.baseURI) => new URL(path, from).href;
  const bare = (url) => url.split('#')[0];
  const parts = {
    viewer: ['vendor/photoswipe/photoswipe.css', 'viewer.css', 'vendor/photoswipe/photoswipe.umd.min.js', 'viewer.js'],
    filters: ['filters.js'],
  };
  // A page opened from a disk has no origin: fetch() and pushState() are refused there.
  const onWeb = location.protocol.startsWith('http');
  const gallery = (window.gallery = {
    onWeb, absolute, viewer: null, root: absolute(script.dataset.root), home: absolute(script.dataset.home),
  });

  // --- words, loading, memory ---------------------------------------------------------------------------------------

  gallery.say = (key, values = {}) => {
    const words = JSON.parse(document.getElementById('words')?.textContent || '{}');
    return (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  };

  gallery.make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const loaded = new Map();
  const load = (url) => {
    if (!loaded.has(url)) {
      loaded.set(url, new Promise((done, failed) => {
        const style = new URL(url).pathname.endsWith('.css');
        const element = style
          ? gallery.make('link', { rel: 'stylesheet', href: url })
          : gallery.make('script', { src: url });
        element.async = false;
        element.onload = done;
        element.onerror = () => {
          loaded.delete(url);
          failed(new Error(url));
        };
        document.head.append(element);
      }));
    }
    return loaded.get(url);
  };
  const need = (name) => Promise.all(parts[name].map((path) => load(absolute(path, script.src))));

  const texts = new Map();
  const text = (url) => {
    if (!texts.has(url)) {
      const answer = fetch(url).then((response) => {
        if (!response.ok) throw new Error(`${response.status} ${url}`);
        return response.text();
      });
      answer.catch(() => texts.delete(url));
      texts.set(url, answer);
    }
    return texts.get(url);
  };
  gallery.page = async (url) => new DOMParser().parseFromString(await text(bare(url)), 'text/html');

  // "Always show" for sensitive pictures; a browser that forbids storage simply forgets.
  gallery.always = (value) => {
    try {
      if (value !== undefined) localStorage.setItem('sensitive', value ? 'show' : '');
      return localStorage.getItem('sensitive') === 'show';
    } catch {
      return false;
    }
  };
  gallery.alwaysBox = (onChange) => {
    const box = gallery.make('input', { type: 'checkbox' });
    box.checked = gallery.always();
    box.onchange = () => {
      gallery.always(box.checked);
      onChange(box.checked);
    };
    return gallery.make('label', { class: 'always' }, box, ' ', gallery.say('always'));
  };

  // --- addresses ----------------------------------------------------------------------------------------------------

  let shown = bare(location.href); // the page whose content is in the document, whatever the viewer put in the bar
  let base = null;
  // Relative addresses must keep their meaning while pushState moves the address under them.
  const pin = (url = null) => {
    if (!base) {
      base = gallery.make('base', { href: shown });
      document.head.prepend(base);
    }
    if (url) base.href = url;
  };
  gallery.history = (method, state, url) => {
    if (!onWeb) return;
    pin();
    history[method](state, '', url);
  };

  // The filters name their choice in the address, so that it can be shared and survives Back.
  gallery.address = (url) => {
    gallery.history('replaceState', history.state, absolute(url, location.href));
    shown = bare(location.href);
  };

  gallery.rebase = (root, from) => {
    for (const name of ['href', 'src', 'data-full']) {
      for (const element of root.querySelectorAll(`[${name}]`)) {
        element.setAttribute(name, absolute(element.getAttribute(name), from));
      }
    }
    for (const source of root.querySelectorAll('[srcset]')) {
      const candidates = source.getAttribute('srcset').split(/,\s+/).map((candidate) => {
        const [path, ...width] = candidate.trim().split(/\s+/);
        return [absolute(path, from), ...width].join(' ');
      });
      source.setAttribute('srcset', candidates.join(', '));
    }
    return root;
  };

  // --- tabs and sort: the next page's body in place of this one ------------------------------------------------------

  const show = async (url, push) => {
    let next;
    try {
      next = await gallery.page(url);
    } catch {
      location.assign(url);
      return;
    }
    const change = () => {
      if (push) gallery.history('pushState', {}, url);
      shown = bare(url);
      pin(shown);
      document.title = next.title;
      document.documentElement.lang = next.documentElement.lang;
      document.body.replaceWith(document.adoptNode(next.body));
      const tabs = document.querySelector('.tabs');
      if (push && tabs) scrollTo(0, Math.min(scrollY, tabs.getBoundingClientRect().top + scrollY));
      document.querySelector('.tabs [aria-current], .sort [aria-current]')?.focus({ preventScroll: true });
      ready();
    };
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (document.startViewTransition && !still) document.startViewTransition(change);
    else change();
  };

  // --- load more ----------------------------------------------------------------------------------------------------

  const list = (root = document) => root.querySelector('main .g');
  const nextOf = (root) => root.querySelector('.pg [rel=next]');

  const section = (page, url, height) => {
    const part = gallery.make('section', { class: 'more', 'aria-label': page.title }, list(page));
    part.firstChild.removeAttribute('id');
    part.style.containIntrinsicBlockSize = `auto ${height}px`;
    return gallery.rebase(document.adoptNode(part), url);
  };

  const more = async (button) => {
    const url = button.dataset.next;
    button.setAttribute('aria-busy', 'true');
    button.textContent = gallery.say('loading');
    let page;
    try {
      page = await gallery.page(url);
    } catch {
      location.assign(url);
      return;
    }
    const pager = button.closest('.pg');
    const height = (pager.previousElementSibling || list()).offsetHeight;
    const after = gallery.rebase(document.adoptNode(page.querySelector('.pg')), url);
    const part = section(page, url, height);
    after.querySelector('[rel=prev]')?.remove();
    after.prepend(...pager.querySelectorAll('[rel=prev]'));
    pager.before(part);
    pager.replaceWith(after);
    gallery.history('replaceState', { ...history.state, first: history.state?.first || shown }, url);
    shown = bare(url);
    ready();
    part.querySelector('.t')?.focus({ preventScroll: true });
  };

  // After Back (or reload) to an address that "load more" had reached: put the earlier pages above again.
  const restore = async ({ first, y }) => {
    const here = shown;
    let url = first;
    for (let count = 0; url && bare(url) !== here && count < 100; count += 1) {
      const page = await gallery.page(url);
      const following = nextOf(page)?.getAttribute('href');
      const mine = list();
      mine.before(section(page, url, mine.offsetHeight));
      url = following && absolute(following, url);
    }
    for (const link of document.querySelectorAll('.pg [rel=prev]')) link.remove();
    scrollTo(0, y || 0);
  };

  // --- the viewer ---------------------------------------------------------------------------------------------------

  // A sensitive picture's address is not in the list: the viewer asks its work page when the visitor says "show".
  const ours = (link) => link.protocol === location.protocol && link.host === location.host;
  const viewable = (link) => link.matches('[data-full], .s > .t') && ours(link) && !!link.querySelector('img');
  gallery.viewable = viewable;

  const view = async (link, push) => {
    link.setAttribute('aria-busy', 'true');
    try {
      await need('viewer');
      gallery.open(link, push);
    } catch {
      location.assign(link.href);
    } finally {
      link.removeAttribute('aria-busy');
    }
  };
  gallery.links = (url) => [...document.querySelectorAll('.g .t')].filter((link) => !url || bare(link.href) === url);

  // --- listening ----------------------------------------------------------------------------------------------------

  const intent = (event) => {
    const link = event.target.closest?.('a');
    if (!link) return;
    if (link.matches('.g .t') && viewable(link)) need('viewer').catch(() => {});
    else if (onWeb && link.matches('.tabs a, .sort a')) text(bare(link.href)).catch(() => {});
  };
  for (const name of ['pointerover', 'pointerdown', 'focusin']) addEventListener(name, intent, { passive: true });

  addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const target = event.target.closest?.('a[href], button[data-next]');
    if (!target) return;
    const hash = target.getAttribute('href')?.startsWith('#') && document.getElementById(target.hash.slice(1));
    if (target.matches('button')) more(target);
    else if (target.matches('.g .t') && viewable(target)) view(target, true);
    else if (onWeb && target.matches('.tabs a, .sort a')) show(target.href, true);
    else if (hash && base) {
      hash.scrollIntoView();
      hash.setAttribute('tabindex', '-1');
      hash.focus();
    } else return;
    event.preventDefault();
  });

  // On a work page the arrow keys turn to its neighbours in the order one came from; O leads to the post.
  addEventListener('keydown', (event) => {
    if (gallery.viewer || event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select')) return;
    const wanted = { ArrowLeft: '.seq [rel=prev]', ArrowRight: '.seq [rel=next]', o: '.work .post' }[event.key];
    if (wanted) [...document.querySelectorAll(wanted)].find((link) => link.offsetParent)?.click();
  });

  addEventListener('popstate', (event) => {
    const url = bare(location.href);
    if (event.state?.viewer) {
      const [link] = gallery.links(url);
      if (link) view(link, false);
      else location.reload();
      return;
    }
    gallery.viewer?.leave();
    if (url !== shown) show(url, false);
  });
  // A page kept alive by the browser may come back with the viewer of the moment one left it.
  addEventListener('pageshow', (event) => {
    if (event.persisted && !history.state?.viewer) gallery.viewer?.leave();
  });
  addEventListener('pagehide', () => {
    if (onWeb && history.state?.first) history.replaceState({ ...history.state, y: scrollY }, '');
  });

  // --- what each new body needs -------------------------------------------------------------------------------------

  const ready = () => {
    if (gallery.always()) document.documentElement.dataset.reveal = '1';
    for (const details of document.querySelectorAll('.reveal')) {
      details.open = gallery.always();
      details.append(gallery.alwaysBox(() => {}));
    }
    if (!onWeb) return;
    const next = nextOf(document);
    if (next?.matches('a') && list()) {
      const button = gallery.make('button', { type: 'button', class: next.className, 'data-next': next.href });
      button.textContent = gallery.say('more');
      next.replaceWith(button);
    }
    const form = document.querySelector('.filter');
    if (!form) return;
    const start = () => need('filters').then(() => gallery.filter(form));
    if (/[?&](artist|tag|year)=/.test(location.search)) start();
    else {
      const button = document.querySelector('.filter-open');
      button.hidden = false;
      button.onpointerdown = start;
      button.onclick = () => start().then(() => form.elements[0].focus());
    }
  };

  ready();
  if (onWeb && history.state?.y !== undefined && !history.state.viewer) {
    history.scrollRestoration = 'manual';
    restore({ first: shown, ...history.state }).catch(() => {});
  }
})();
