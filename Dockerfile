# The application in one image: web, worker and beat differ in their command only. No secret is needed to build it.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements/uv.txt requirements/app.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement uv.txt \
    && /venv/bin/uv pip sync --no-cache --python /venv/bin/python --require-hashes --compile-bytecode app.txt \
    && /venv/bin/pip uninstall --yes uv pip

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=practice.settings \
    LOCAL_DIR=/data \
    STATIC_ROOT=/app/static-files
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin practice \
    && install --directory --owner practice --group practice /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# DEBUG is off here as everywhere; the key only satisfies Django while it copies files, and is not kept.
RUN SECRET_KEY=only-while-static-files-are-collected LOCAL_DIR=/tmp/build \
    python manage.py collectstatic --noinput --verbosity 0 \
    && rm -r /tmp/build
USER practice
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "scripts/healthcheck.py", "web"]
CMD ["gunicorn", "practice.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
