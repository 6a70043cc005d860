#include "tests/cx/lab/lab_node.h"

#include <gcrypt.h>

#include "tests/cx/lab/lab_wire.h"

#define AVP_LAST 661u /* TS 29.229 6.3 */

static const struct {
	command_code_t code;
	const char *request, *answer;
} commands[] = {
	{300, "Cx-User-Authorization-Request", "Cx-User-Authorization-Answer"},
	{301, "Cx-Server-Assignment-Request", "Cx-Server-Assignment-Answer"},
	{302, "Cx-Location-Info-Request", "Cx-Location-Info-Answer"},
	{303, "Cx-Multimedia-Auth-Request", "Cx-Multimedia-Auth-Answer"},
	{304, "Cx-Registration-Termination-Request", "Cx-Registration-Termination-Answer"},
	{305, "Cx-Push-Profile-Request", "Cx-Push-Profile-Answer"},
};

static int define_command(struct dict_object *application, command_code_t code, const char *name,
			  uint8_t request)
{
	struct dict_object *found = NULL;
	char copy[64];
	struct dict_cmd_data data = {code, copy, CMD_FLAG_REQUEST | CMD_FLAG_PROXIABLE,
				     (uint8_t)(request | CMD_FLAG_PROXIABLE)};

	CHECK_FCT(fd_dict_search(fd_g_config->cnf_dict, DICT_COMMAND,
				 request ? CMD_BY_CODE_R : CMD_BY_CODE_A, &code, &found, 0));
	if (found)
		return 0;
	snprintf(copy, sizeof(copy), "%s", name);
	return fd_dict_new(fd_g_config->cnf_dict, DICT_COMMAND, &data, application, NULL);
}

static int define_avp(uint32_t code)
{
	struct dict_object *found = NULL;
	struct dict_avp_request wanted = {.avp_code = code, .avp_vendor = LAB_VENDOR};
	char name[32];
	struct dict_avp_data data = {
		.avp_code = code,
		.avp_vendor = LAB_VENDOR,
		.avp_name = name,
		.avp_flag_mask = AVP_FLAG_VENDOR,
		.avp_flag_val = AVP_FLAG_VENDOR,
		.avp_basetype = AVP_TYPE_OCTETSTRING,
	};

	CHECK_FCT(fd_dict_search(fd_g_config->cnf_dict, DICT_AVP, AVP_BY_CODE_AND_VENDOR, &wanted,
				 &found, 0));
	if (found)
		return 0;
	snprintf(name, sizeof(name), "Lab-Cx-%u", code);
	return fd_dict_new(fd_g_config->cnf_dict, DICT_AVP, &data, NULL, NULL);
}

int lab_node_start(struct dict_object **application)
{
	struct dictionary *dictionary = fd_g_config->cnf_dict;
	vendor_id_t vendor_id = LAB_VENDOR;
	application_id_t application_id = LAB_APPLICATION;
	struct dict_vendor_data vendor_data = {LAB_VENDOR, "3GPP"};
	struct dict_application_data application_data = {LAB_APPLICATION, "3GPP Cx"};
	struct dict_object *vendor = NULL;

	*application = NULL;
	CHECK_FCT(fd_dict_search(dictionary, DICT_VENDOR, VENDOR_BY_ID, &vendor_id, &vendor, 0));
	if (!vendor)
		CHECK_FCT(fd_dict_new(dictionary, DICT_VENDOR, &vendor_data, NULL, &vendor));
	CHECK_FCT(fd_dict_search(dictionary, DICT_APPLICATION, APPLICATION_BY_ID, &application_id,
				 application, 0));
	if (!*application)
		CHECK_FCT(fd_dict_new(dictionary, DICT_APPLICATION, &application_data, vendor,
				      application));
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		CHECK_FCT(define_command(*application, commands[i].code, commands[i].request,
					 CMD_FLAG_REQUEST));
		CHECK_FCT(define_command(*application, commands[i].code, commands[i].answer, 0));
	}
	for (uint32_t code = LAB_VISITED_NETWORK; code <= AVP_LAST; code++)
		CHECK_FCT(define_avp(code));
	return fd_disp_app_support(*application, vendor, 1, 0);
}

void lab_node_add_origin(struct byte_writer *w)
{
	lab_avp_text(w, LAB_ORIGIN_HOST,
		     text_of(fd_g_config->cnf_diamid, fd_g_config->cnf_diamid_len));
	lab_avp_text(w, LAB_ORIGIN_REALM,
		     text_of(fd_g_config->cnf_diamrlm, fd_g_config->cnf_diamrlm_len));
}

void lab_node_add_application(struct byte_writer *w)
{
	size_t group = lab_avp_open(w, LAB_VENDOR_SPECIFIC_APPLICATION_ID);

	lab_avp_u32(w, LAB_VENDOR_ID, LAB_VENDOR);
	lab_avp_u32(w, LAB_AUTH_APPLICATION_ID, LAB_APPLICATION);
	lab_avp_close(w, group);
	lab_avp_u32(w, LAB_AUTH_SESSION_STATE, 1);
}

int lab_node_send(struct byte_writer *w, struct msg *request,
		  void (*answered)(void *data, struct msg **answer), void *data)
{
	struct msg *message = NULL;
	size_t length = w->length;
	int error = w->failed ? ENOMEM : fd_msg_parse_buffer(&w->data, length, &message);

	if (!error) {
		w->data = NULL; /* it is the message's now */
		if (request)
			error = fd_msg_answ_associate(message, request);
		if (!error)
			error = fd_msg_send(&message, answered, data);
	}
	byte_writer_clear(w);
	return error;
}

void lab_node_note(FILE *file, const void *message, size_t length)
{
	static const unsigned char zero[4];
	unsigned char hash[32];
	char hex[65];
	struct lab_header header;
	gcry_md_hd_t digest;

	if (!file || !lab_header_read(message, length, &header) ||
	    gcry_md_open(&digest, GCRY_MD_SHA256, 0))
		return;
	gcry_md_write(digest, message, 12);
	gcry_md_write(digest, zero, 4);
	gcry_md_write(digest, (const char *)message + 16, length - 16);
	memcpy(hash, gcry_md_read(digest, GCRY_MD_SHA256), sizeof(hash));
	gcry_md_close(digest);
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	fprintf(file, "%08x %02x %zu %s\n", header.end_to_end, header.flags, length, hex);
}
