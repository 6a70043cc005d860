/* Stands in for libFuzzer: runs the target once on each file named, or on each file of a folder. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path, size_t size)
{
	uint8_t *data = malloc(size ? size : 1);
	FILE *file = fopen(path, "rb");
	int rc = -1;

	if (data && file && fread(data, 1, size, file) == size) {
		LLVMFuzzerTestOneInput(data, size);
		rc = 0;
	} else {
		perror(path);
	}
	if (file)
		fclose(file);
	free(data);
	return rc;
}

static int replay_path(const char *path, int depth, unsigned long *count);

static int replay_folder(const char *path, int depth, unsigned long *count)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int rc = 0;

	if (!dir) {
		perror(path);
		return -1;
	}
	while ((entry = readdir(dir))) {
		char name[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (replay_path(name, depth + 1, count))
			rc = -1;
	}
	closedir(dir);
	return rc;
}

static int replay_path(const char *path, int depth, unsigned long *count)
{
	struct stat st;

	if (stat(path, &st)) {
		perror(path);
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return depth < 2 ? replay_folder(path, depth, count) : 0;
	(*count)++;
	return replay_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
	unsigned long count = 0;
	int status = EXIT_SUCCESS;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			continue; /* an option of libFuzzer */
		if (replay_path(argv[i], 0, &count))
			status = EXIT_FAILURE;
	}
	printf("%lu inputs\n", count);
	return status;
}
