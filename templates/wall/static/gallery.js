// What a page does beyond plain HTML starts here; its parts are fetched on first intent. Each is an extra over a link
// that works without it, and falls back to following that link.
'use strict';
(() => {
  const { src, dataset } = document.currentScript;
  const absolute = (path, from = document.baseURI) => new URL(path, from).href;
  const bare = (url) => url.split('#')[0];
  const parts = {
    viewer: ['vendor/photoswipe/photoswipe.css', 'viewer.css', 'vendor/photoswipe/photoswipe.umd.min.js', 'viewer.js'],
    lists: ['lists.js'],
    filters: ['filters.js'],
  };
  // A page opened from a disk has no origin: fetch() and pushState() are refused there.
  const onWeb = location.protocol.startsWith('http');
  const gallery = (window.gallery = {
    onWeb, absolute, bare, leave: null, turn: 0, root: absolute(dataset.root), home: absolute(dataset.home),
  });

  // Every move of a visitor is a turn; what an earlier one asked for is not wanted when it comes.
  gallery.next = () => {
    document.querySelector('main').removeAttribute('aria-busy');
    return (gallery.turn += 1);
  };

  // After Back the address is another list's until that has come.
  const settled = () => bare(location.href) === gallery.shown;

  // Nothing is held that gives a press another meaning.
  gallery.plain = (event) => !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

  // What lies on the left and on the right.
  gallery.sides = () => (document.dir === 'rtl' ? ['next', 'prev'] : ['prev', 'next']);

  // Numbers as the page's language writes them, not the browser's.
  gallery.local = (value) => value.toLocaleString(document.documentElement.lang);

  gallery.say = (key, values = {}) => {
    const words = JSON.parse(document.getElementById('words')?.textContent || '{}');
    const entry = words[key] || key;
    const form = (values.n === 1 && entry.one) || entry.other || entry;
    return form.replace(/\{(\w+)\}/g, (_, name) => gallery.local(values[name] ?? ''));
  };

  gallery.make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // Everything is asked for once; what failed is forgotten, so that the next to ask tries again.
  gallery.once = (kept, key, make) => {
    if (!kept.has(key)) {
      const answer = make();
      kept.set(key, answer);
      answer.catch(() => kept.delete(key));
    }
    return kept.get(key);
  };

  const files = new Map();
  const load = (url) => gallery.once(files, url, () => new Promise((done, failed) => {
    const element = url.endsWith('.css')
      ? gallery.make('link', { rel: 'stylesheet', href: url })
      : gallery.make('script', { src: url });
    element.async = false;
    // before the pictures, with which it shares the line
    element.fetchPriority = 'high';
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  }));
  const need = gallery.need = (name) => Promise.all(parts[name].map((path) => load(absolute(path, src))));

  // A request may hang for as long as the page is open; whoever pressed something does not wait with it.
  const soon = (part) => Promise.race([need(part), new Promise((_, failed) => setTimeout(failed, 3000))]);

  gallery.ask = async (url, wait = 5000) => {
    const response = await fetch(url, { signal: AbortSignal.timeout?.(wait) });
    if (!response.ok) throw new Error(url);
    return response;
  };
  const text = (url) => gallery.once(files, url, async () => (await gallery.ask(url)).text());
  gallery.page = async (url) => new DOMParser().parseFromString(await text(bare(url)), 'text/html');

  // "Always show" for sensitive pictures; without storage it is forgotten.
  gallery.always = (value) => {
    try {
      if (value !== undefined) localStorage.sensitive = value || '';
      return !!localStorage.sensitive;
    } catch {
      // as if it had never been said
    }
  };
  gallery.alwaysBox = (show) => {
    const box = gallery.make('input', { type: 'checkbox' });
    box.checked = gallery.always();
    box.onchange = () => {
      gallery.always(box.checked);
      if (box.checked) show?.();
    };
    return gallery.make('label', { class: 'always' }, box, ' ', gallery.say('always'));
  };

  // the page in the document, whatever the bar says
  gallery.shown = bare(location.href);
  let base = null;
  // Relative addresses must keep their meaning while pushState moves the page's.
  gallery.pin = (url) => {
    if (!base) {
      base = gallery.make('base', { href: gallery.shown });
      document.head.prepend(base);
      // phones share a page by it, and it will not move along
      document.querySelector('[rel=canonical]')?.remove();
    }
    if (url) base.href = url;
  };
  gallery.history = (method, state, url) => {
    if (!onWeb) return;
    gallery.pin();
    history[method](state, '', url);
  };
  // where the visitor is, for when they come back
  gallery.mark = () => gallery.history('replaceState', { ...history.state, y: scrollY });
  // Loaded where pushState had led, a document stays when Back moves the address.
  if (onWeb && history.state) gallery.pin();

  // A sensitive picture's address is not in the list: the viewer asks its work page for it.
  gallery.viewable = (link) =>
    link.matches('.g [data-full], .g .s > .t') && link.origin === location.origin && link.querySelector('img');

  // Do what a part is needed for, or follow the link, if that is still wanted.
  const use = (part, url, move, pressed) => {
    const mine = gallery.next();
    const wanted = (act) => () => mine === gallery.turn && act(mine);
    pressed?.setAttribute('aria-busy', 'true');
    return soon(part).then(wanted(move)).catch(wanted(() => location.assign(url)))
      .finally(() => pressed?.removeAttribute('aria-busy'));
  };
  const view = (link, push) => use('viewer', link.href, () => gallery.open(link, push), link);
  const show = (url, push, pressed) => use('lists', url, (mine) => gallery.show(url, push, mine), pressed);

  const intent = (event) => {
    const link = event.target.closest?.('a, button[data-next]');
    if (!link) return;
    // what was filtered, and the order in which one came to a work
    if (link.matches('.lang, .sort a')) link.search = location.search;
    if (link.matches('.lang')) link.hash = location.hash;
    const next = link.dataset.next || (onWeb && link.matches('.tabs a, .sort a') && link.href);
    if (gallery.viewable(link)) need('viewer').catch(() => {});
    else if (next) Promise.all([need('lists'), text(bare(next))]).catch(() => {});
  };
  for (const name of ['pointerover', 'pointerdown', 'focusin']) addEventListener(name, intent);

  addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button || !gallery.plain(event)) return;
    const target = event.target.closest?.('a[href], button[data-next]');
    if (!target) return;
    const url = target.href || target.dataset.next;
    // Pressed again, it leads where it would without scripts; a double click is one press.
    if (target.matches('[aria-busy=true]')) {
      if (event.detail < 2 && gallery.next()) location.assign(url);
    } else if (target.matches('button')) settled() && use('lists', url, (mine) => gallery.more(target, mine), target);
    else if (gallery.viewable(target)) view(target, true);
    else if (onWeb && target.matches('.tabs a, .sort a')) show(url, true, target);
    // A work page's fragment says in which order one came, and must outlive a move within the page.
    else if (target.matches('[href^="#"]') && (base || document.body.dataset.page === 'work')) {
      const place = document.getElementById(target.hash.slice(1));
      place.scrollIntoView();
      place.tabIndex = -1;
      place.focus();
    } else return;
    event.preventDefault();
  });

  // On a work page the arrow keys turn to its neighbours.
  addEventListener('keydown', (event) => {
    if (gallery.leave || !gallery.plain(event) || event.target.matches('input, select')) return;
    const rel = gallery.sides()[['ArrowLeft', 'ArrowRight'].indexOf(event.key)];
    if (rel) [...document.querySelectorAll(`.seq [rel=${rel}]`)].find((link) => link.offsetParent)?.click();
  });

  addEventListener('popstate', ({ state }) => {
    gallery.next();
    const url = bare(location.href);
    if (state?.viewer) {
      const link = [...document.querySelectorAll('.g .t')].find(({ href }) => bare(href) === url);
      if (link) view(link, false);
      else location.reload();
      return;
    }
    gallery.leave?.();
    if (url !== gallery.shown) {
      show(url, false).then((shown) => {
        if (shown && (state?.first || state?.y)) return gallery.restore(state);
      }).catch(() => {});
    }
    // The list followed the viewer; only now may the browser keep its place again.
    setTimeout(() => {
      if (!history.state?.viewer) history.scrollRestoration = 'auto';
    });
  });
  // A page that the browser kept may come back with the viewer of the moment one left it.
  addEventListener('pageshow', (event) => {
    if (event.persisted && !history.state?.viewer) gallery.leave?.();
  });
  addEventListener('pagehide', () => {
    gallery.next();
    if (history.state?.first || history.state?.tiles) gallery.mark();
  });

  gallery.ready = () => {
    for (const details of document.querySelectorAll('.reveal')) {
      details.open = gallery.always();
      const box = gallery.alwaysBox();
      details.append(box);
      // What was pressed is gone; the keyboard goes on from here.
      details.querySelector('summary').onclick = () => setTimeout(() => box.control.focus({ preventScroll: true }));
    }
    if (!onWeb) return;
    const next = document.querySelector('.pg [rel=next]');
    if (next && document.body.dataset.page === 'list') {
      const button = gallery.make('button', { type: 'button', class: next.className, 'data-next': next.href }, gallery.say('more'));
      next.replaceWith(button);
    }
    const form = document.querySelector('.filter');
    if (!form) return;
    const button = document.querySelector('.filter-open');
    const answer = () => {
      button.setAttribute('aria-busy', 'true');
      form.className = 'filter';
      // at once: what comes later than a press would move what lies below
      form.hidden = false;
      return soon('filters').then(() => gallery.filter(form)).catch(() => {
        form.className = 'filter failed';
        form.querySelector('output').textContent = gallery.say('failed');
      }).finally(() => button.removeAttribute('aria-busy'));
    };
    form.onchange = () => settled() && gallery.next() && answer();
    button.hidden = false;
    button.onclick = () => answer().then(() => form.elements[0].focus());
    if (/[?&](artist|tag|year)=/.test(location.search)) answer();
  };

  gallery.ready();
  // The browser restores its own entries; these were longer than this page, or left through the viewer.
  if (onWeb && (history.state?.first || (history.scrollRestoration === 'manual' && history.state?.y))) {
    history.scrollRestoration = 'manual';
    const { turn } = gallery;
    need('lists').then(() => gallery.restore(history.state, turn)).catch(() => {});
  }
})();
